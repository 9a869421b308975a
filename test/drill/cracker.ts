/**
 * Tries known weak passwords against stolen bytes. It knows our own scheme as well as an attacker who read this
 * repository does: every salt it can find, the parameters beside it, how verifier and wrap key follow from a password.
 * A password counts as cracked when anything stolen confirms a guess.
 */
import { hashRawSync } from '@node-rs/argon2'
import { createHash, createHmac } from 'node:crypto'
import { secret, type Secret } from '@bulkhead/base/secret.ts'
import { passwordKeys, unwrapInner } from '@bulkhead/seal/wraps.ts'
import type { Find } from './scanner.ts'

export interface StolenCredential {
  readonly salt: Buffer
  readonly params: { readonly m: number; readonly t: number; readonly p: number }
  readonly sealed: Buffer
}

const fastHashes = (password: Buffer, salt: Buffer): readonly Buffer[] =>
  ['md5', 'sha1', 'sha256', 'sha512'].flatMap((algorithm) => [
    createHash(algorithm).update(password).digest(),
    createHash(algorithm).update(password).update(salt).digest(),
    createHash(algorithm).update(salt).update(password).digest(),
    createHmac(algorithm, salt).update(password).digest(),
  ])

/** Version, nonce, private key, tag. */
const innerWrapBytes = 61

const opens = (wrapKey: Secret<Buffer>, wrap: Buffer): boolean => {
  try {
    unwrapInner(wrapKey, wrap)
    return true
  } catch {
    return false
  }
}

/** Whether the inner wrap lies open anywhere in the row: a right guess then proves itself by decrypting it. */
const opensSomewhere = (sealed: Buffer, wrapKey: Secret<Buffer>): boolean =>
  Array.from({ length: Math.max(0, sealed.length - innerWrapBytes + 1) }, (_, from) => sealed.subarray(from, from + innerWrapBytes)).some(
    (candidate) => opens(wrapKey, candidate),
  )

/** `everything` is all that was stolen, since a verifier may lie elsewhere than in its row. */
export const crack = (credentials: readonly StolenCredential[], guesses: readonly string[], everything: readonly Buffer[]): readonly Find[] => {
  const finds: Find[] = []
  for (const [row, { salt, params, sealed }] of credentials.entries()) {
    for (const guess of guesses) {
      const password = Buffer.from(guess)
      const output = hashRawSync(password, { salt, memoryCost: params.m, timeCost: params.t, parallelism: params.p, outputLen: 64, algorithm: 2 })
      const { verifier, wrapKey } = passwordKeys(secret(output))
      const confirmations = [output.subarray(0, 32), verifier.declassify(), wrapKey.declassify(), ...fastHashes(password, salt)]
      const confirmed = everything.some((bytes) => confirmations.some((mark) => bytes.includes(mark))) || opensSomewhere(sealed, wrapKey)
      if (confirmed) finds.push({ class: 'V', name: `credential ${row}`, form: 'weak password confirmed offline', where: 'credential row' })
    }
  }
  return finds
}
