/**
 * The negative control of the breach drill: the same interface and the same framing as the real seal, and nothing
 * sealed. With it in place a thief must find everything, or the drill looks in the wrong places. Never imported outside
 * `test/`.
 */
import { randomBytes } from 'node:crypto'
import { Fault } from '@bulkhead/base/fault.ts'
import { secret } from '@bulkhead/base/secret.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { chunkTagBytes, type Sealing } from '@bulkhead/seal/sealing.ts'

/** Not a version the real seal knows: neither image reads the other's data. */
const plainVersion = 0xff
const keyIdBytes = 16
const head = Buffer.of(plainVersion)
const emptyTag = Buffer.alloc(chunkTagBytes)

const body = (sealed: Uint8Array, from: number): Buffer => {
  if (sealed[0] !== plainVersion || sealed.length < from) throw new Fault('corrupt', 'not of the unsealed image')
  return Buffer.from(sealed.subarray(from))
}

export const plainSealing: Sealing = {
  newKeyPair: realSealing.newKeyPair,
  publicKeyOf: realSealing.publicKeyOf,

  sealTo: (_publicKey, _info, plain) => Buffer.concat([head, plain]),
  openWith: (_privateKey, _info, sealed) => body(sealed, 1),

  newContentKey() {
    const contentKey = { keyId: randomBytes(keyIdBytes), key: secret(randomBytes(32)) }
    return { contentKey, sealed: Buffer.concat([head, contentKey.key.declassify()]) }
  },
  openContentKey: (_privateKey, keyId, sealed) => ({ keyId: Buffer.from(keyId), key: secret(body(sealed, 1)) }),
  ownKey: realSealing.ownKey,

  sealRecord: ({ keyId }, _purpose, _owner, plain) => Buffer.concat([head, keyId, plain]),
  recordKeyId: (sealed) => body(sealed, 1 + keyIdBytes) && Buffer.from(sealed.subarray(1, 1 + keyIdBytes)),
  openRecord: (_key, _purpose, _owner, sealed) => body(sealed, 1 + keyIdBytes),

  newMessageKey: realSealing.newMessageKey,
  sealChunk: (_key, _number, _last, plain) => Buffer.concat([plain, emptyTag]),
  openChunk: (_key, _number, _last, sealed) => Buffer.from(sealed.subarray(0, sealed.length - chunkTagBytes)),
}
