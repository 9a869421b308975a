/** What reading needs from outside the account; the mailroom's composition root introduces it. */
import type { Clock } from '@bulkhead/base/clock.ts'
import type { Log } from '@bulkhead/base/log.ts'
import type { Pseudonym } from '@bulkhead/base/pseudonym.ts'
import type { ScoutVerbs } from '@bulkhead/door/contracts/scout.ts'
import type { Door } from '@bulkhead/door/verbs.ts'
import type { NoticeVerifier } from '@bulkhead/mail/reading/official.ts'
import type { ContentTokens } from './tokens.ts'
import type { TextReader } from '../reader/text-reader.ts'
import type { Renderings } from './renderings.ts'

export interface Reading {
  readonly tokens: ContentTokens
  readonly renderings: Renderings
  /** Large texts of strangers are read by it. */
  readonly reader: TextReader
  /** Null: nothing from outside is fetched. */
  readonly scout: Door<ScoutVerbs> | null
  /** Of the cell; the authserv-id of our own results. */
  readonly hostName: string
  /** Knows what the desk signed as a notice. */
  readonly noticeOf: NoticeVerifier
  readonly pseudonym: Pseudonym
  readonly clock: Clock
  readonly log: Log
}
