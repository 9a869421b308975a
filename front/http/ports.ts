/** What the web's sessions work with. */
import type { HeldAccount } from '../mailroom/host.ts'
import type { HttpHandlers } from './session.ts'
import type { Clock } from '@bulkhead/base/clock.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { Log } from '@bulkhead/base/log.ts'
import type { Meter } from '@bulkhead/base/meter.ts'
import type { Secret } from '@bulkhead/base/secret.ts'
import type { WebSessionPolicy } from '@bulkhead/door/contracts/start.ts'
import type { WebDirectory } from '@bulkhead/mail/ports/device-directory.ts'
import type { Sealing } from '@bulkhead/seal/sealing.ts'

export interface WebPorts {
  readonly sealing: Sealing
  /** Of this run. */
  readonly privateKey: Secret<Uint8Array>
  readonly directory: WebDirectory
  openAccount(account: AccountHandle, privateKey: Secret<Buffer>, login: string): Promise<HeldAccount>
  readonly policy: WebSessionPolicy
  readonly sessionsMax: number
  readonly handlers: HttpHandlers
  /** The other mailrooms end these sessions too. */
  signOutElsewhere(account: AccountHandle): void
  /** Whoever is in by the old one is to go, here and in the other mailrooms. `credential`: the digest of the one that is replaced. */
  passwordChanged(account: AccountHandle, credential: string): void
  readonly clock: Clock
  readonly log: Log
  readonly meter: Meter
  tell(event: { readonly kind: string; readonly subject?: string; readonly caller?: string; readonly outcome?: string }): void
}
