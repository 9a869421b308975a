/** A new password, asked for at the server; it says in a word what is wrong. */
import { signedFetch } from '../../../session/session.ts'
import { resource } from '../../jmap/account.ts'

export type Flaw = 'same' | 'tooShort' | 'tooLong' | 'controlCharacter' | 'ownName' | 'common'
/** `unsure`: nobody knows whether it was changed. */
export type Outcome = 'done' | 'wrong' | 'tooMany' | 'failed' | 'unsure' | Flaw

const outcomes: Readonly<Record<string, Outcome>> = {
  wrongPassword: 'wrong', tooManyAttempts: 'tooMany', samePassword: 'same', passwordTooShort: 'tooShort', passwordTooLong: 'tooLong',
  passwordControlCharacter: 'controlCharacter', passwordOwnName: 'ownName', passwordCommon: 'common',
}

const errorOf = async (response: Response): Promise<string> => {
  const problem: unknown = await response.json().catch(() => undefined)
  return typeof problem === 'object' && problem !== null && 'error' in problem ? String(problem.error) : ''
}

export const ownLogin = (): string => resource.value?.username ?? ''

export const changePassword = async (password: string, newPassword: string): Promise<Outcome> => {
  const body = JSON.stringify({ login: ownLogin(), password, newPassword })
  const response = await signedFetch('/api/password', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body }).catch(() => undefined)
  if (response === undefined || response.status >= 500) return 'unsure'
  return response.ok ? 'done' : (outcomes[await errorOf(response)] ?? 'failed')
}
