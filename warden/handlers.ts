/**
 * The warden: answers "who are you". It hashes, and brings the vault what the hash says; the vault's answer opens the
 * account's key or nothing does. It holds no mail and keeps no password.
 */
import { Fault } from '@bulkhead/base/fault.ts'
import { BadAsk } from '@bulkhead/door/ask.ts'
import type { WardenCaller, WardenVerbs } from '@bulkhead/door/contracts/warden.ts'
import type { Handlers } from '@bulkhead/door/verbs.ts'
import type { Warden } from './warden.ts'
import { authenticate } from './verbs/authenticate.ts'
import { changePassword } from './verbs/change-password.ts'
import { newAccount } from './verbs/new-account.ts'
import { renewPassword } from './verbs/renew-password.ts'
import { resetPassword } from './verbs/reset-password.ts'
import { resume } from './verbs/resume.ts'
import { signIn } from './verbs/sign-in.ts'

/** Who may ask what: the gate logs people in, the desk manages passwords. */
const rights: Readonly<Record<keyof WardenVerbs, WardenCaller>> = {
  authenticate: 'gate',
  signIn: 'gate',
  resume: 'gate',
  renewPassword: 'gate',
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
    renewPassword: guard('renewPassword', renewPassword),
    newAccount: guard('newAccount', newAccount),
    changePassword: guard('changePassword', changePassword),
    resetPassword: guard('resetPassword', resetPassword),
  }
}
