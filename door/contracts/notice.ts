/** Intake's door for the desk: a notice of the provider, put into INBOXes as the desk made it. */
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { Base64 } from './vault.ts'

export interface NoticeRecipient {
  readonly account: AccountHandle
  readonly publicKey: Base64
  /** What makes it a notice (`mail/reading/official.ts`). */
  readonly seal: Base64
}

/** `stored` also where it was there already. */
export const noticeFates = ['stored', 'overQuota', 'gone', 'away'] as const
export type NoticeFate = (typeof noticeFates)[number]

/** Accounts of one request. */
export const noticeRecipientsMax = 100

export type NoticeVerbs = {
  /** `notice` names it: an account that has it gets none again within a day. `fates`: of each recipient, in order. */
  readonly notice: {
    readonly ask: { readonly notice: string; readonly message: Base64; readonly recipients: readonly NoticeRecipient[] }
    readonly answer: { readonly fates: readonly NoticeFate[] }
    readonly refusal: never
  }
}
