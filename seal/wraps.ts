/**
 * The wraps of an account's private key. W1's inner layer: under a secret that Argon2id makes of the password; the vault
 * puts the outer layer round it (`rows.ts`). W4: to the recovery key of the ISP, which lives outside the platform.
 */
import { randomBytes } from 'node:crypto'
import { Fault } from '@bulkhead/base/fault.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import { secret, type Secret } from '@bulkhead/base/secret.ts'
import { aeadOpen, aeadSeal, nonceBytes } from './aead.ts'
import { derive } from './hkdf.ts'
import type { Bytes, Sealing } from './sealing.ts'

/** What Argon2id is asked for; enough for both halves to be independent. */
export const argonBytes = 64
export const verifierBytes = 32

export interface PasswordKeys {
  /** What the vault compares. Tells nothing of the wrap key. */
  readonly verifier: Secret<Buffer>
  readonly wrapKey: Secret<Buffer>
}

export const passwordKeys = (argon: Secret<Uint8Array>): PasswordKeys => ({
  verifier: secret(derive(argon.declassify(), 'bulkhead W1 verifier')),
  wrapKey: secret(derive(argon.declassify(), 'bulkhead W1 wrap key')),
})

const innerVersion = 1
const innerHead = Buffer.of(innerVersion)
const innerContext = Buffer.from('bulkhead W1 inner', 'latin1')

/** `version ‖ nonce ‖ ciphertext ‖ tag`. */
export const wrapInner = (wrapKey: Secret<Bytes>, privateKey: Secret<Bytes>): Buffer => {
  const nonce = randomBytes(nonceBytes)
  return Buffer.concat([innerHead, nonce, aeadSeal(wrapKey.declassify(), nonce, innerContext, privateKey.declassify())])
}

/** Throws `Fault('corrupt')`. */
export const unwrapInner = (wrapKey: Secret<Bytes>, wrap: Bytes): Secret<Buffer> => {
  if (wrap[0] !== innerVersion) throw new Fault('corrupt', 'inner wrap of an unknown version')
  const nonce = wrap.subarray(1, 1 + nonceBytes)
  if (nonce.length !== nonceBytes) throw new Fault('corrupt', 'inner wrap too short')
  return secret(aeadOpen(wrapKey.declassify(), nonce, innerContext, wrap.subarray(1 + nonceBytes)))
}

const escrowInfo = (account: AccountHandle): string => `bulkhead W4 ${account}`

export const wrapEscrow = (
  sealing: Sealing,
  recoveryPublicKey: Bytes,
  account: AccountHandle,
  privateKey: Secret<Bytes>,
): Buffer => sealing.sealTo(recoveryPublicKey, escrowInfo(account), privateKey.declassify())

/** For the ISP's custodians, once enough of them put their shares together (`shares.ts`). */
export const unwrapEscrow = (
  sealing: Sealing,
  recoveryPrivateKey: Secret<Bytes>,
  account: AccountHandle,
  wrap: Bytes,
): Secret<Buffer> => secret(sealing.openWith(recoveryPrivateKey, escrowInfo(account), wrap))
