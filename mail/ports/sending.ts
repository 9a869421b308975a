/** What accounts sent, counted for all mailrooms of a cell, and what their plans allow. */
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { RateLimit, SendingPlan } from '../sending/plan.ts'

/** A limit of the plan is reached. `againAtMs`: when there is room again; null: with so many recipients never. */
export interface OverLimit {
  readonly limit: RateLimit
  readonly againAtMs: number | null
}

export interface Standing {
  readonly brand: string
  readonly plan: SendingPlan
  /** Mail of this account waits until somebody releases it. */
  readonly held: boolean
  /** For a message to one recipient more. */
  readonly over: OverLimit | null
}

/** One message about to be queued. */
export interface Sending {
  readonly recipients: number
  /** Whom it goes to and from where, as marks in a filter (`marks.ts`); the first is the peer's. */
  readonly marks: readonly number[]
}

/** The account's five minutes, this message with them, beside what it does usually. */
export interface Pace {
  readonly messages: number
  readonly recipients: number
  /** Of these recipients: to whom it had not written before. */
  readonly strangers: number
  /** Recipients in five minutes that 99 of 100 busy five minutes of its last week stayed below; 0 without a history. */
  readonly usualRecipients: number
  /** It has not sent from this network before. */
  readonly newPeer: boolean
  readonly held: boolean
}

export type Counted = { readonly is: 'counted'; readonly pace: Pace } | ({ readonly is: 'over' } & OverLimit)

export interface SendingLedger {
  /** Undefined where there is no such account. */
  standing(account: AccountHandle): Promise<Standing | undefined>
  /** Counts the message unless it would pass a limit; one message of an account at a time. */
  count(account: AccountHandle, sending: Sending): Promise<Counted>
  /** From here on its mail is held. False where it was already. */
  hold(account: AccountHandle): Promise<boolean>
}
