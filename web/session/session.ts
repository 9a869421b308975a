/**
 * The session of this browser, shared by its tabs: its token is kept beside the device's key, every request is signed.
 * A session that the server no longer knows is resumed where the device is remembered; else `sessionState` says `over`,
 * and requests wait until someone has signed in again: nothing that was typed is lost.
 */
import { signal } from '@preact/signals'
import { forget, forgetIf, keep, kept } from './database.ts'
import { deviceKey } from './device-key.ts'
import { learnClock, proofFor } from './proof.ts'

export type SessionState = 'unknown' | 'none' | 'open' | 'over'

export const sessionState = signal<SessionState>('unknown')
export const sessionToken = signal<string | undefined>(undefined)

/** Where this browser keeps the account's session resource, which ends with the sign-in. */
export const keptResource = 'resource'

/** Other tabs hear of a new session, or of its end. */
const tabs = new BroadcastChannel('bulkhead.session')

const adopt = (token: string): void => {
  sessionToken.value = token
  sessionState.value = 'open'
}

const forgetHere = (): void => {
  sessionToken.value = undefined
  sessionState.value = 'none'
}

tabs.addEventListener('message', ({ data }) => (data === 'ended' ? forgetHere() : void loadSession()))

/** Reads what this browser keeps; true where there is a session. */
export const loadSession = async (): Promise<boolean> => {
  const token = await kept('token')
  if (typeof token === 'string') {
    adopt(token)
    return true
  }
  // One that another tab found to be over is so here at the next request, not signed out: what is written stays.
  if (sessionState.value === 'unknown') sessionState.value = 'none'
  return false
}

/** What the sign-in page calls with the token it was given. */
export const beginSession = async (token: string): Promise<void> => {
  await keep('token', token)
  adopt(token)
  tabs.postMessage('begun')
}

/** Signs out here: the session is over, and this browser is remembered no more. */
export const endSession = async (): Promise<void> => {
  if (sessionToken.value !== undefined) {
    await withProof('/api/session', { method: 'DELETE', headers: { 'X-Forget-Device': 'yes' } }).catch(() => undefined)
  }
  await endPush().catch(() => undefined)
  await Promise.all(['token', 'remembered', 'login', 'push', keptResource].map(forget))
  forgetHere()
  tabs.postMessage('ended')
}

/** Whoever signs in here next is not told of another's mail. The server's part ended with the device, or ends with its next push. */
const endPush = async (): Promise<void> => {
  if (!('serviceWorker' in navigator)) return
  const registration = await navigator.serviceWorker.getRegistration('/')
  const subscription = await registration?.pushManager?.getSubscription()
  await subscription?.unsubscribe()
}

const withProof = async (url: string, init: RequestInit): Promise<Response> => {
  const headers = new Headers(init.headers)
  const token = sessionToken.value
  headers.set('DPoP', await proofFor(init.method ?? 'GET', url, token))
  if (token !== undefined) headers.set('Authorization', `DPoP ${token}`)
  const response = await fetch(url, { ...init, headers, cache: 'no-store', credentials: 'omit', redirect: 'error' })
  learnClock(response.headers.get('date'))
  return response
}

let resuming: Promise<boolean> | undefined

const tokenIn = (body: unknown): string | undefined =>
  typeof body === 'object' && body !== null && 'token' in body && typeof body.token === 'string' ? body.token : undefined

const postResume = async (remembered: object): Promise<Response> => {
  const url = '/api/session/resume'
  const { jwk } = await deviceKey()
  const headers = { 'Content-Type': 'application/json', DPoP: await proofFor('POST', url) }
  const body = JSON.stringify({ ...remembered, key: jwk, language: document.documentElement.lang })
  const response = await fetch(url, { method: 'POST', headers, body, cache: 'no-store', credentials: 'omit', redirect: 'error' })
  learnClock(response.headers.get('date'))
  return response
}

const askResume = async (): Promise<boolean> => {
  const remembered = await kept('remembered')
  if (typeof remembered !== 'object' || remembered === null) return false
  const first = await postResume(remembered)
  // It may have been the clock, which is known by now.
  const response = first.status === 401 ? await postResume(remembered) : first
  if (response.status === 401) await forget('remembered')
  const token = response.ok ? tokenIn(await response.json()) : undefined
  if (token === undefined) return false
  await beginSession(token)
  return true
}

/** True where the device was remembered and has a session again. Tabs and requests that ask at once ask once. */
export const resumeSession = (): Promise<boolean> => {
  resuming ??= navigator.locks
    .request('bulkhead.resume', askResume)
    .catch(() => false)
    .finally(() => {
      resuming = undefined
    })
  return resuming
}

const signedInAgain = (): Promise<void> =>
  new Promise((resolve) => {
    const stop = sessionState.subscribe((state) => {
      if (state !== 'open') return
      resolve()
      queueMicrotask(() => stop())
    })
  })

/**
 * `fetch` of our own server, signed. Rejects as `fetch` does where the network fails. A 401 means another clock, an ended
 * session, or an over one: tried again with what was learned, else it waits for a new sign-in (or for `init.signal`).
 */
export const signedFetch = async (url: string, init: RequestInit = {}): Promise<Response> => {
  const used = sessionToken.value
  let response = await withProof(url, init)
  if (response.status === 401) response = await withProof(url, init)
  if (response.status !== 401) return response
  // Another tab may have a newer one already.
  await loadSession()
  if (sessionToken.value === used && !(await resumeSession())) {
    await forgetIf('token', used)
    // Somebody may have signed in while this was found out.
    if (sessionToken.value === used) {
      sessionState.value = 'over'
      await signedInAgain()
    }
  }
  init.signal?.throwIfAborted()
  return withProof(url, init)
}
