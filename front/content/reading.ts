/** What reading needs from outside the account; the mailroom's composition root introduces it. */
import type { Clock } from '@bulkhead/base/clock.ts'
import type { Log } from '@bulkhead/base/log.ts'
import type { Pseudonym } from '@bulkhead/base/pseudonym.ts'
import type { Secret } from '@bulkhead/base/secret.ts'
import type { ScoutVerbs } from '@bulkhead/door/contracts/scout.ts'
import type { Door } from '@bulkhead/door/verbs.ts'
import type { ContentTokens } from './tokens.ts'
import type { Renderings } from './renderings.ts'

export interface Reading {
  readonly tokens: ContentTokens
  readonly renderings: Renderings
  /** Null: nothing from outside is fetched. */
  readonly scout: Door<ScoutVerbs> | null
  /** Of the cell; the authserv-id of our own results. */
  readonly hostName: string
  /** The key of pseudonyms, which official notices are known by. */
  readonly noticeKey: Secret<Uint8Array>
  readonly pseudonym: Pseudonym
  readonly clock: Clock
  readonly log: Log
}
