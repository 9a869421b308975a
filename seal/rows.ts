/**
 * What the vault seals for the directory: credential rows and addresses, each under a key derived from the account's own
 * (`k_acct`). It is a value passed in, like `Sealing`, for the drill's negative control.
 */
import { createHmac, randomBytes } from 'node:crypto'
import { assert } from '@bulkhead/base/assert.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { Secret } from '@bulkhead/base/secret.ts'
import { aeadOpen, aeadSeal, nonceBytes } from './aead.ts'
import { derive } from './hkdf.ts'
import type { Bytes } from './sealing.ts'
import { verifierBytes } from './wraps.ts'

/** The epochs a credential was made in; it is alive while all three are current. */
export interface Epochs {
  readonly account: number
  readonly set: number
  readonly cell: number
}

export interface Credential {
  readonly verifier: Buffer
  readonly innerWrap: Buffer
  readonly epochs: Epochs
}

/** Opening throws `Fault('corrupt')` for a row of another account or another key. */
export interface RowSealing {
  sealCredential(accountKey: Secret<Bytes>, account: AccountHandle, credential: Credential): Buffer
  openCredential(accountKey: Secret<Bytes>, account: AccountHandle, sealed: Bytes): Credential
  sealAddress(accountKey: Secret<Bytes>, account: AccountHandle, address: string): Buffer
  openAddress(accountKey: Secret<Bytes>, account: AccountHandle, sealed: Bytes): string
  /** Keyed blind index of a canonical address, 32 bytes. */
  addressIndex(indexKey: Secret<Bytes>, address: string): Buffer
}

export const innerWrapBytesMax = 256
export const addressBytesMax = 1_024
/** Longest sealed forms, for those who take them from outside. */
export const sealedRowBytesMax = 2_048

const rowVersion = 1
const rowHead = Buffer.of(rowVersion)
const epochsBytes = 18
/** Addresses are padded to a multiple of this, so that a sealed one does not tell its length. */
const addressPadBytes = 64
const addressLengthBytes = 2

type Kind = 'credential' | 'address'

const context = (kind: Kind, account: AccountHandle): Buffer => Buffer.from(`bulkhead ${kind} ${account}`, 'latin1')
const keyFor = (accountKey: Secret<Bytes>, kind: Kind): Buffer => derive(accountKey.declassify(), `bulkhead ${kind} key`)

const sealRow = (accountKey: Secret<Bytes>, kind: Kind, account: AccountHandle, plain: Buffer): Buffer => {
  const nonce = randomBytes(nonceBytes)
  return Buffer.concat([rowHead, nonce, aeadSeal(keyFor(accountKey, kind), nonce, context(kind, account), plain)])
}

const openRow = (accountKey: Secret<Bytes>, kind: Kind, account: AccountHandle, sealed: Bytes): Buffer => {
  if (sealed[0] !== rowVersion || sealed.length <= 1 + nonceBytes) throw new Fault('corrupt', 'not a sealed row')
  const nonce = sealed.subarray(1, 1 + nonceBytes)
  return aeadOpen(keyFor(accountKey, kind), nonce, context(kind, account), sealed.subarray(1 + nonceBytes))
}

/** `verifier ‖ account epoch ‖ set epoch ‖ cell epoch ‖ inner wrap`. */
export const encodeCredential = ({ verifier, innerWrap, epochs }: Credential): Buffer => {
  assert(verifier.length === verifierBytes && innerWrap.length <= innerWrapBytesMax, 'credential within its sizes')
  const numbers = Buffer.alloc(epochsBytes)
  numbers.writeUIntBE(epochs.account, 0, 6)
  numbers.writeUIntBE(epochs.set, 6, 6)
  numbers.writeUIntBE(epochs.cell, 12, 6)
  return Buffer.concat([verifier, numbers, innerWrap])
}

export const decodeCredential = (plain: Buffer): Credential => {
  if (plain.length < verifierBytes + epochsBytes) throw new Fault('corrupt', 'credential too short')
  const epochs = {
    account: plain.readUIntBE(verifierBytes, 6),
    set: plain.readUIntBE(verifierBytes + 6, 6),
    cell: plain.readUIntBE(verifierBytes + 12, 6),
  }
  return { verifier: plain.subarray(0, verifierBytes), epochs, innerWrap: plain.subarray(verifierBytes + epochsBytes) }
}

const padAddress = (address: string): Buffer => {
  const text = Buffer.from(address, 'utf8')
  assert(text.length <= addressBytesMax, 'address within its size')
  const padded = Buffer.alloc(Math.ceil((addressLengthBytes + text.length) / addressPadBytes) * addressPadBytes)
  padded.writeUInt16BE(text.length)
  text.copy(padded, addressLengthBytes)
  return padded
}

export const realRows: RowSealing = {
  sealCredential: (accountKey, account, credential) =>
    sealRow(accountKey, 'credential', account, encodeCredential(credential)),
  openCredential: (accountKey, account, sealed) => decodeCredential(openRow(accountKey, 'credential', account, sealed)),
  sealAddress: (accountKey, account, address) => sealRow(accountKey, 'address', account, padAddress(address)),
  openAddress(accountKey, account, sealed) {
    const padded = openRow(accountKey, 'address', account, sealed)
    return padded.toString('utf8', addressLengthBytes, addressLengthBytes + padded.readUInt16BE())
  },
  addressIndex: (indexKey, address) => createHmac('sha256', indexKey.declassify()).update(address, 'utf8').digest(),
}
