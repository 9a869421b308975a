/**
 * Argon2id with bounds: so many at once, so many waiting, logins before the desk's work. Beyond that the answer is
 * "over budget" at once, since a hash takes tens of milliseconds of a core and nineteen megabytes.
 */
import { secret, type Secret } from '@bulkhead/base/secret.ts'
import type { CredentialRow } from '@bulkhead/door/contracts/warden.ts'

export type Params = CredentialRow['params']

/** The bare function: Argon2id, 64 bytes. */
export type Argon = (password: Secret<Uint8Array>, salt: Uint8Array, params: Params) => Promise<Buffer>

export type Lane = 'login' | 'desk'

/** Undefined where too many wait already. */
export type Hash = (
  lane: Lane,
  password: Secret<Uint8Array>,
  salt: Uint8Array,
  params: Params,
) => Promise<Secret<Buffer> | undefined>

/** Waiting hashes of one lane. At two a core and 40 ms each the last waits about five seconds. */
export const waitingMax = 256

export const boundedHasher = (argon: Argon, atOnce: number): Hash => {
  const waiting: Readonly<Record<Lane, (() => void)[]>> = { login: [], desk: [] }
  let running = 0

  const turn = async (lane: Lane): Promise<void> => {
    if (running < atOnce) {
      running += 1
      return
    }
    await new Promise<void>((resolve) => void waiting[lane].push(resolve))
  }
  /** Hands its place to the next, or gives it up. */
  const done = (): void => {
    const next = waiting.login.shift() ?? waiting.desk.shift()
    if (next === undefined) running -= 1
    else next()
  }
  return async (lane, password, salt, params) => {
    if (waiting[lane].length >= waitingMax) return undefined
    await turn(lane)
    try {
      return secret(await argon(password, salt, params))
    } finally {
      done()
    }
  }
}
