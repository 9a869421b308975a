/** A result that is kept up to date for the client (RFC 5267 section 4). */
import type { Keys } from './asked.ts'
import type { FetchAttribute } from '@bulkhead/wire/imap/fetch-grammar.ts'
import type { SortCriterion } from '@bulkhead/wire/imap/sort-grammar.ts'

export interface LiveResult {
  /** Of the command that asked for it. */
  readonly tag: string
  readonly byUid: boolean
  readonly keys: Keys
  /** Null: in mailbox order, as SEARCH has it. */
  readonly criteria: readonly SortCriterion[] | null
  /** In the order of the result. */
  readonly uids: Uint32Array
  /** What is told of messages that come and join. */
  readonly fetches: readonly FetchAttribute[]
}
