import type { Stage } from '../evidence.ts'

/** 受信許可: who is listed is not asked for spam. Who only claims to be listed is found out by the stage after. */
export const allow: Stage = {
  name: 'allow',
  yields: false,
  look: ({ senders }, { account, lists }) => (lists(account, 'allow', senders) ? 'trusted' : undefined),
}
