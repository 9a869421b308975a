/** The vault's side of the negative control: rows keep verifier, wrap and address as they are. Never imported outside `test/`. */
import { createHash } from 'node:crypto'
import { Fault } from '@bulkhead/base/fault.ts'
import { decodeCredential, encodeCredential, type RowSealing } from '@bulkhead/seal/rows.ts'

/** Not a version the real rows know. */
const plainVersion = 0xff
const head = Buffer.of(plainVersion)

const body = (sealed: Uint8Array): Buffer => {
  if (sealed[0] !== plainVersion) throw new Fault('corrupt', 'not of the unsealed image')
  return Buffer.from(sealed.subarray(1))
}

export const plainRows: RowSealing = {
  sealCredential: (_key, _account, credential) => Buffer.concat([head, encodeCredential(credential)]),
  openCredential: (_key, _account, sealed) => decodeCredential(body(sealed)),
  sealAddress: (_key, _account, address) => Buffer.concat([head, Buffer.from(address, 'utf8')]),
  openAddress: (_key, _account, sealed) => body(sealed).toString('utf8'),
  // Unkeyed: anybody can test a guessed address against it.
  addressIndex: (_key, address) => createHash('sha256').update(address, 'utf8').digest(),
}
