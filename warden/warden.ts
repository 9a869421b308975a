/** What every verb of the warden works with. It holds no mail and keeps no password. */
import type { Clock } from '@bulkhead/base/clock.ts'
import type { Log } from '@bulkhead/base/log.ts'
import type { Meter } from '@bulkhead/base/meter.ts'
import type { Pseudonym } from '@bulkhead/base/pseudonym.ts'
import type { MailroomFact } from '@bulkhead/door/contracts/start.ts'
import type { VaultVerbs } from '@bulkhead/door/contracts/vault.ts'
import type { WardenVerbs } from '@bulkhead/door/contracts/warden.ts'
import type { WatchEvent } from '@bulkhead/door/contracts/watch.ts'
import type { Door, Reply } from '@bulkhead/door/verbs.ts'
import type { DeviceDirectory } from '@bulkhead/mail/ports/device-directory.ts'
import type { CredentialDirectory } from '@bulkhead/mail/ports/directory.ts'
import type { Sealing } from '@bulkhead/seal/sealing.ts'
import type { Hash, Params } from './hasher.ts'
import type { PasswordRule } from './password-rule.ts'
import type { RecentlyVerified } from './recently-verified.ts'

export interface Warden {
  readonly vault: Door<VaultVerbs>
  readonly directory: CredentialDirectory & DeviceDirectory
  readonly sealing: Sealing
  readonly hash: Hash
  /** What new credentials are hashed with, and old ones are brought up to at their next login. */
  readonly params: Params
  readonly verified: RecentlyVerified
  readonly rule: PasswordRule
  readonly escrowPublicKey: Buffer | null
  mailrooms(): readonly MailroomFact[]
  readonly clock: Clock
  readonly log: Log
  readonly meter: Meter
  readonly pseudonym: Pseudonym
  tell(event: Omit<WatchEvent, 'at'>): void
}

export type WardenVerb<K extends keyof WardenVerbs> = (
  warden: Warden,
  ask: Readonly<Record<string, unknown>>,
) => Promise<Reply<WardenVerbs[K]>>
