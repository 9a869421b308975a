/**
 * The warden: answers "who are you". It hashes, and brings the vault what the hash says; the vault's answer opens the
 * account's key or nothing does. It holds no mail and keeps no password.
 */
import type { Clock } from '@bulkhead/base/clock.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import type { Log } from '@bulkhead/base/log.ts'
import type { Meter } from '@bulkhead/base/meter.ts'
import type { Pseudonym } from '@bulkhead/base/pseudonym.ts'
import { BadAsk } from '@bulkhead/door/ask.ts'
import type { MailroomFact } from '@bulkhead/door/contracts/start.ts'
import type { VaultVerbs } from '@bulkhead/door/contracts/vault.ts'
import type { WardenCaller, WardenVerbs } from '@bulkhead/door/contracts/warden.ts'
import type { WatchEvent } from '@bulkhead/door/contracts/watch.ts'
import type { Door, Handlers, Reply } from '@bulkhead/door/verbs.ts'
import type { DeviceDirectory } from '@bulkhead/mail/ports/device-directory.ts'
import type { CredentialDirectory } from '@bulkhead/mail/ports/directory.ts'
import type { Sealing } from '@bulkhead/seal/sealing.ts'
import type { Hash, Params } from './hasher.ts'
import type { PasswordRule } from './password-rule.ts'
import type { RecentlyVerified } from './recently-verified.ts'
import { authenticate } from './verbs/authenticate.ts'
import { changePassword } from './verbs/change-password.ts'
import { newAccount } from './verbs/new-account.ts'
import { resetPassword } from './verbs/reset-password.ts'
import { resume } from './verbs/resume.ts'
import { signIn } from './verbs/sign-in.ts'

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

/** Who may ask what: the gate logs people in, the desk manages passwords. */
const rights: Readonly<Record<keyof WardenVerbs, WardenCaller>> = {
  authenticate: 'gate',
  signIn: 'gate',
  resume: 'gate',
  newAccount: 'desk',
  changePassword: 'desk',
  resetPassword: 'desk',
}

export const wardenHandlers = (warden: Warden): Handlers<WardenVerbs, WardenCaller> => {
  const guard =
    <R>(verb: keyof WardenVerbs, act: (warden: Warden, ask: Readonly<Record<string, unknown>>) => Promise<R>) =>
    async (ask: Readonly<Record<string, unknown>>, caller: WardenCaller): Promise<R> => {
      if (caller !== rights[verb]) {
        warden.tell({ kind: `warden.${verb}`, caller, outcome: 'denied' })
        throw new Fault('misconfigured', `${caller} may not ask for ${verb}`)
      }
      try {
        return await act(warden, ask)
      } catch (error) {
        throw error instanceof BadAsk ? new Fault('misconfigured', `${verb}: bad ${error.message}`) : error
      }
    }
  return {
    authenticate: guard('authenticate', authenticate),
    signIn: guard('signIn', signIn),
    resume: guard('resume', resume),
    newAccount: guard('newAccount', newAccount),
    changePassword: guard('changePassword', changePassword),
    resetPassword: guard('resetPassword', resetPassword),
  }
}
