/** What every verb of the desk works with. It has no key and reads no verifier. */
import type { Clock } from '@bulkhead/base/clock.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { Meter } from '@bulkhead/base/meter.ts'
import type { Secret } from '@bulkhead/base/secret.ts'
import type { Pseudonym } from '@bulkhead/base/pseudonym.ts'
import type { DeskVerbs } from '@bulkhead/door/contracts/desk.ts'
import type { MailroomVerbs } from '@bulkhead/door/contracts/mailroom.ts'
import type { HostFacts } from '@bulkhead/door/contracts/start.ts'
import type { NoticeVerbs } from '@bulkhead/door/contracts/notice.ts'
import type { VaultVerbs } from '@bulkhead/door/contracts/vault.ts'
import type { WardenVerbs } from '@bulkhead/door/contracts/warden.ts'
import type { WatchEvent } from '@bulkhead/door/contracts/watch.ts'
import type { Door, Reply } from '@bulkhead/door/verbs.ts'
import type { Outside } from '@bulkhead/mail/domain/outside.ts'
import type { BlobStore } from '@bulkhead/mail/ports/blob-store.ts'
import type { AccountLife, DeskDirectory } from '@bulkhead/mail/ports/directory.ts'
import type { PlanDirectory } from '@bulkhead/mail/ports/plan-directory.ts'
import type { QueueAdmin } from '@bulkhead/mail/ports/queue-admin.ts'
import type { PersonReportsReader } from '@bulkhead/mail/ports/person-reports.ts'
import type { ReceivedReportsReader } from '@bulkhead/mail/ports/reports.ts'
import type { TraceReader } from '@bulkhead/mail/ports/trace-store.ts'
import type { NoticeSigner } from '@bulkhead/mail/reading/official.ts'
import type { TraceKeys } from '@bulkhead/mail/trace/keys.ts'
import type { Sealing } from '@bulkhead/seal/sealing.ts'
import type { NoticePace } from './notice-pace.ts'

export interface Desk {
  readonly vault: Door<VaultVerbs>
  readonly warden: Door<WardenVerbs>
  /** All of the cell. */
  readonly mailrooms: readonly Door<Pick<MailroomVerbs, 'passwordChanged' | 'accountsShut'>>[]
  readonly directory: DeskDirectory
  readonly plans: PlanDirectory
  readonly sealing: Sealing
  readonly life: AccountLife
  readonly blobs: Pick<BlobStore, 'removeAll'>
  readonly queue: QueueAdmin
  /** Whom the queue knows a sender by. */
  readonly pseudonym: Pseudonym
  readonly trace: TraceReader
  readonly traceKeys: TraceKeys
  readonly reports: ReceivedReportsReader
  readonly personReports: PersonReportsReader
  readonly clock: Clock
  /** Of the digests in allow and deny lists. */
  readonly listKey: Secret<Uint8Array>
  readonly signNotice: NoticeSigner
  readonly noticePace: NoticePace
  /** Null where none was started: what is handed in goes nowhere. */
  readonly intake: Door<NoticeVerbs> | null
  readonly meter: Meter
  readonly outside: Outside
  /** What the cell's host is at this moment. */
  host(): HostFacts
  /** The TXT records of a name, their strings joined; undefined where nobody can say now. */
  txt(name: string): Promise<readonly string[] | undefined>
  tell(event: Omit<WatchEvent, 'at'>): void
}

/** A reply, and whom it was about and why, for the ledger. */
export type Done<K extends keyof DeskVerbs> = Reply<DeskVerbs[K]> & {
  readonly about?: AccountHandle
  readonly why?: string
}

export type DeskVerb<K extends keyof DeskVerbs> = (desk: Desk, ask: Readonly<Record<string, unknown>>, caller: string) => Promise<Done<K>>
