/** Delivery rules of accounts, sealed, and what their carrying out has to remember. In the directory. */
import type { AccountHandle } from '@bulkhead/base/ids.ts'

/** `mailroom`: writes those of an account whose person is there. */
export interface RulesWriter {
  /** Null: nothing is to be done any more. */
  setRules(account: AccountHandle, sealed: Uint8Array | null): Promise<void>
}

/** `intake`: reads those of an account that a message has come to. */
export interface RulesReader {
  /** Of those that have rules which may run, as they are now. */
  versionsOf(accounts: readonly AccountHandle[]): Promise<ReadonlyMap<AccountHandle, number>>
  /** As they are now; undefined where there are none. */
  rulesOf(account: AccountHandle): Promise<Buffer | undefined>
  /** Whether this mark, 16 bytes, is set. */
  isMarked(account: AccountHandle, mark: Uint8Array): Promise<boolean>
  /** Sets a mark for so long; false where it was set already, which then lasts on as it was, or, with `again`, so long from now. */
  mark(account: AccountHandle, mark: Uint8Array, seconds: number, again: boolean): Promise<boolean>
  /** Counts so many messages sent on within the present hour; false, and nothing counted, where that makes more than `perHourMax`. */
  countSentOn(account: AccountHandle, messages: number, perHourMax: number): Promise<boolean>
}

export const markBytes = 16
/** Of one account: beyond it the ones that end first are forgotten. */
export const marksMax = 10_000
