/**
 * Spares clients that poll the hash, for five minutes after the vault last said yes. Nothing is decided here: the vault
 * is asked at every login all the same, so a raised epoch, a destroyed key or a new password bites at once.
 *
 * An entry is found by an HMAC of login, row and password under a key of this process's memory, and holds the Argon2
 * output masked by another such HMAC: without the password it tells nothing, and with an image of this memory guessing a
 * password costs one HMAC instead of one Argon2. That is the price, and why life and number are bounded.
 */
import { createHmac, randomBytes } from 'node:crypto'
import type { Clock } from '@bulkhead/base/clock.ts'
import { secret, type Secret } from '@bulkhead/base/secret.ts'
import type { CredentialRow } from '@bulkhead/door/contracts/warden.ts'
import { argonBytes } from '@bulkhead/seal/wraps.ts'

export const verifiedMs = 5 * 60_000
const entriesMax = 50_000

interface Entry {
  readonly masked: Buffer
  readonly untilMs: number
}

export interface RecentlyVerified {
  find(address: string, row: CredentialRow, password: Secret<Uint8Array>): Secret<Buffer> | undefined
  note(address: string, row: CredentialRow, password: Secret<Uint8Array>, argon: Secret<Buffer>): void
}

export const recentlyVerified = (clock: Clock): RecentlyVerified => {
  const ofThisRun = randomBytes(32)
  const entries = new Map<string, Entry>()

  const digest = (use: 'name' | 'mask', address: string, { salt, params, sealed }: CredentialRow, password: Secret<Uint8Array>): Buffer =>
    createHmac('sha512', ofThisRun)
      .update(JSON.stringify([use, address, salt, params.m, params.t, params.p, sealed]))
      .update(password.declassify())
      .digest()
  const masked = (mask: Buffer, bytes: Buffer): Buffer => {
    for (let at = 0; at < argonBytes; at += 1) mask[at] = (mask[at] ?? 0) ^ (bytes[at] ?? 0)
    return mask
  }
  /** Entries are in the order of their ends, so those that ended are in front. */
  const drop = (): void => {
    for (const [name, { untilMs }] of entries) {
      if (untilMs > clock.now() && entries.size < entriesMax) return
      entries.delete(name)
    }
  }
  return {
    find(address, row, password) {
      const entry = entries.get(digest('name', address, row, password).toString('base64'))
      if (entry === undefined || entry.untilMs <= clock.now()) return undefined
      return secret(masked(digest('mask', address, row, password), entry.masked))
    },
    note(address, row, password, argon) {
      drop()
      const name = digest('name', address, row, password).toString('base64')
      const entry = { masked: masked(digest('mask', address, row, password), argon.declassify()), untilMs: clock.now() + verifiedMs }
      entries.delete(name)
      entries.set(name, entry)
    },
  }
}
