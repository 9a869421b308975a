import { reply } from '@bulkhead/wire/smtp/reply.ts'
import type { Stage } from '../evidence.ts'

/** 受信拒否. The answer does not say whose list it was. */
export const deny: Stage = {
  name: 'deny',
  yields: true,
  look({ senders }, { account, policy, lists }) {
    if (!lists(account, 'deny', senders)) return undefined
    return { stage: 'deny', fate: policy['deny.action'], detail: 'listed', reply: reply(550, '5.7.1', 'Message refused by the recipient') }
  },
}
