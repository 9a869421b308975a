/** A credential row between the contract (base64 text) and the table (bytes). */
import { assert } from '@bulkhead/base/assert.ts'
import { base64, fromBase64 } from '@bulkhead/base/bytes.ts'
import type { CredentialRow } from '@bulkhead/door/contracts/warden.ts'

const sealedBytesMax = 4_096

/** Base64 of our own processes; anything else is a bug. */
export const stored = (text: string): Buffer => {
  const bytes = fromBase64(text, sealedBytesMax)
  assert(bytes !== undefined, 'base64 of at most 4,096 bytes')
  return bytes
}

export interface StoredCredential {
  readonly salt: Buffer
  readonly m: number
  readonly t: number
  readonly p: number
  readonly sealed: Buffer
}

export const credentialToStore = ({ salt, params, sealed }: CredentialRow): StoredCredential => ({
  salt: stored(salt),
  ...params,
  sealed: stored(sealed),
})

export const credentialFromStore = ({ salt, m, t, p, sealed }: StoredCredential): CredentialRow => ({
  salt: base64(salt),
  params: { m, t, p },
  sealed: base64(sealed),
})
