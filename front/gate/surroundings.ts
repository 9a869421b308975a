/** What every session of a gate shares: made once when the gate opens, handed down, never changed by a session. */
import type { Log } from '@bulkhead/base/log.ts'
import type { Meter } from '@bulkhead/base/meter.ts'
import type { MailLimits, MailroomFact, ReceptionPolicy, SessionPolicy } from '@bulkhead/door/contracts/start.ts'
import type { WardenVerbs } from '@bulkhead/door/contracts/warden.ts'
import type { Door } from '@bulkhead/door/verbs.ts'
import type { Lodgings } from './lodgings.ts'
import type { PeerBook } from './peer-book.ts'
import type { GatePolicy } from './policy.ts'

export interface Surroundings {
  readonly hostName: string
  readonly limits: MailLimits
  readonly policy: GatePolicy
  readonly sessions: SessionPolicy
  readonly plainLoginOnLoopback: boolean
  /** How this moment judges who connects to port 25. */
  reception(): ReceptionPolicy
  /** The MTA-STS policy, and the domains it is served for. */
  sts(): { readonly policy: string; readonly domains: ReadonlySet<string> }
  /** The intake of the next session. */
  intakePath(): string
  readonly warden: Door<WardenVerbs>
  /** The mailrooms of this moment. */
  mailrooms(): readonly MailroomFact[]
  /** What is remembered of peers on port 25. */
  readonly peers: PeerBook
  /** Clients that are logged in. */
  readonly lodgings: Lodgings
  readonly log: Log
  readonly meter: Meter
  /** To `watch`; never waits. */
  tell(event: { readonly kind: string; readonly caller?: string; readonly outcome?: string }): void
}
