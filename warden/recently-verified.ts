/**
 * Spares clients that poll the hash and two ways, for five minutes after the vault last said yes. Nothing is decided here: the
 * vault is asked at every login all the same, and the directory whether the row is still the one remembered, so a raised
 * epoch, a destroyed key, a suspended account or a new password bites at once.
 *
 * An entry is found by an HMAC of login and password under a key of this process's memory, and holds what was found, sealed
 * under another such HMAC: without the password it tells nothing, and with an image of this memory guessing a password costs
 * one HMAC instead of one Argon2. That is the price, and why life and number are bounded.
 */
import { createHmac, randomBytes } from 'node:crypto'
import { base64 } from '@bulkhead/base/bytes.ts'
import type { Clock } from '@bulkhead/base/clock.ts'
import { secret, type Secret } from '@bulkhead/base/secret.ts'
import { aeadOpen, aeadSeal, nonceBytes } from '@bulkhead/seal/aead.ts'
import { argonBytes } from '@bulkhead/seal/wraps.ts'
import type { Subject } from './found.ts'

export const verifiedMs = 5 * 60_000
const entriesMax = 50_000
const none = Buffer.alloc(0)

/** What a login found that was granted. */
export interface Verified {
  readonly index: Buffer
  readonly subject: Subject
  readonly argon: Secret<Buffer>
}

interface Entry {
  readonly nonce: Buffer
  readonly sealed: Buffer
  readonly untilMs: number
}

export interface RecentlyVerified {
  find(address: string, password: Secret<Uint8Array>): Verified | undefined
  note(address: string, password: Secret<Uint8Array>, verified: Verified): void
}

const encode = ({ index, subject, argon }: Verified): Buffer => {
  const rest = Buffer.from(JSON.stringify({ ...subject, publicKey: base64(subject.publicKey), index: base64(index) }))
  return Buffer.concat([argon.declassify(), rest])
}

type Encoded = Omit<Subject, 'publicKey'> & { readonly publicKey: string; readonly index: string }

/** Of our own bytes. */
const decode = (plain: Buffer): Verified => {
  const { index, publicKey, ...subject } = JSON.parse(plain.toString('utf8', argonBytes)) as Encoded
  return {
    index: Buffer.from(index, 'base64'),
    subject: { ...subject, publicKey: Buffer.from(publicKey, 'base64') },
    argon: secret(plain.subarray(0, argonBytes)),
  }
}

export const recentlyVerified = (clock: Clock): RecentlyVerified => {
  const ofThisRun = randomBytes(32)
  const entries = new Map<string, Entry>()

  const digest = (use: 'name' | 'key', address: string, password: Secret<Uint8Array>): Buffer =>
    createHmac('sha256', ofThisRun).update(JSON.stringify([use, address])).update(password.declassify()).digest()
  /** Entries are in the order of their ends, so those that ended are in front. */
  const drop = (): void => {
    for (const [name, { untilMs }] of entries) {
      if (untilMs > clock.now() && entries.size < entriesMax) return
      entries.delete(name)
    }
  }
  return {
    find(address, password) {
      const entry = entries.get(digest('name', address, password).toString('base64'))
      if (entry === undefined || entry.untilMs <= clock.now()) return undefined
      return decode(aeadOpen(digest('key', address, password), entry.nonce, none, entry.sealed))
    },
    note(address, password, verified) {
      drop()
      const name = digest('name', address, password).toString('base64')
      const nonce = randomBytes(nonceBytes)
      const sealed = aeadSeal(digest('key', address, password), nonce, none, encode(verified))
      entries.delete(name)
      entries.set(name, { nonce, sealed, untilMs: clock.now() + verifiedMs })
    },
  }
}
