/** Signing in by login and password; the browser is remembered where that is wanted. The page of that name uses it, and the sheet of a session that is over. */
import { language } from '../kit/language.ts'
import { forget, keep } from './database.ts'
import { deviceKey } from './device-key.ts'
import { learnClock } from './proof.ts'
import { beginSession, keptResource } from './session.ts'

export interface Credentials {
  readonly login: string
  readonly password: string
  readonly remember: boolean
}

/** `unable`: this browser keeps no key, as in some private windows. */
export type SignInOutcome = 'in' | 'wrong' | 'tooMany' | 'away' | 'offline' | 'unable'

/** Full-width letters, as an input method leaves them, are the same address. */
export const plainLogin = (typed: string): string => typed.normalize('NFKC').trim()

const outcomes: Readonly<Record<number, SignInOutcome>> = { 401: 'wrong', 400: 'wrong', 429: 'tooMany' }

export const signIn = async ({ login, password, remember }: Credentials): Promise<SignInOutcome> => {
  const key = await deviceKey().catch(() => undefined)
  if (key === undefined) return 'unable'
  // It may be somebody else's. Not later: what waits for the new session must not wait for this.
  await forget(keptResource)
  const body = JSON.stringify({ login: plainLogin(login), password, key: key.jwk, remember, language: language.value })
  const headers = { 'Content-Type': 'application/json' }
  const init = { method: 'POST', headers, body, cache: 'no-store', credentials: 'omit', redirect: 'error' } as const
  const response = await fetch('/api/session', init).catch(() => undefined)
  if (response === undefined) return 'offline'
  learnClock(response.headers.get('date'))
  if (!response.ok) return outcomes[response.status] ?? 'away'
  const given = (await response.json()) as { readonly token: string; readonly login: string; readonly remember: unknown }
  await keep('login', given.login)
  await keep('remembered', given.remember ?? undefined)
  await beginSession(given.token)
  return 'in'
}
