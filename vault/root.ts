/**
 * The root of a cell: what every key in the key table is wrapped by. `RootKey` is all the vault knows of it, so that a
 * PKCS#11 token, a TPM or a KMS can stand in its place. The default is a file, sealed under a secret that the supervisor
 * hands over at each start and that is never in the same place as the file.
 */
import { randomBytes, scryptSync } from 'node:crypto'
import { closeSync, constants, existsSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { Fault } from '@bulkhead/base/fault.ts'
import { secret, type Secret } from '@bulkhead/base/secret.ts'
import { aeadOpen, aeadSeal, nonceBytes } from '@bulkhead/seal/aead.ts'

export interface RootKey {
  /** `use` is authenticated: what was wrapped for one account can't be unwrapped for another. */
  wrap(use: string, plain: Secret<Uint8Array>): Buffer
  /** Throws `Fault('corrupt')`. */
  unwrap(use: string, wrapped: Uint8Array): Secret<Buffer>
}

const rootBytes = 32
const saltBytes = 16
const magic = Buffer.from('bulkhead root 1\n', 'latin1')
const scryptCost = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 }

export const rootOf = (key: Secret<Uint8Array>): RootKey => ({
  wrap(use, plain) {
    const nonce = randomBytes(nonceBytes)
    return Buffer.concat([nonce, aeadSeal(key.declassify(), nonce, Buffer.from(use, 'utf8'), plain.declassify())])
  },
  unwrap(use, wrapped) {
    const nonce = wrapped.subarray(0, nonceBytes)
    if (nonce.length !== nonceBytes) throw new Fault('corrupt', 'wrapped key too short')
    return secret(aeadOpen(key.declassify(), nonce, Buffer.from(use, 'utf8'), wrapped.subarray(nonceBytes)))
  },
})

const fileKey = (unsealSecret: Secret<Uint8Array>, salt: Uint8Array): Buffer =>
  scryptSync(unsealSecret.declassify(), salt, rootBytes, scryptCost)

const writeSynced = (path: string, bytes: Uint8Array): void => {
  const file = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_SYNC, 0o600)
  writeSync(file, bytes)
  closeSync(file)
}

/**
 * Node's permission model has no fsync, so durability comes from O_SYNC. The second write, of the same bytes, waits for
 * the file system's log and with it for the new name.
 */
const writeDurably = (path: string, bytes: Uint8Array): void => {
  const beside = `${path}.new`
  rmSync(beside, { force: true })
  writeSynced(beside, bytes)
  renameSync(beside, path)
  writeSynced(path, bytes)
}

const createRootFile = (path: string, unsealSecret: Secret<Uint8Array>): RootKey => {
  const [salt, nonce, key] = [randomBytes(saltBytes), randomBytes(nonceBytes), randomBytes(rootBytes)]
  const sealed = aeadSeal(fileKey(unsealSecret, salt), nonce, magic, key)
  writeDurably(path, Buffer.concat([magic, salt, nonce, sealed]))
  return rootOf(secret(key))
}

const readRootFile = (path: string, unsealSecret: Secret<Uint8Array>): RootKey => {
  const bytes = readFileSync(path)
  const salt = bytes.subarray(magic.length, magic.length + saltBytes)
  const nonce = bytes.subarray(magic.length + saltBytes, magic.length + saltBytes + nonceBytes)
  const sealed = bytes.subarray(magic.length + saltBytes + nonceBytes)
  if (!bytes.subarray(0, magic.length).equals(magic) || sealed.length === 0) {
    throw new Fault('misconfigured', `${path} is not a root file`)
  }
  try {
    return rootOf(secret(aeadOpen(fileKey(unsealSecret, salt), nonce, magic, sealed)))
  } catch (cause) {
    throw new Fault('misconfigured', `the unseal secret does not open ${path}`, cause)
  }
}

/** Opens the sealed file, or makes it where nothing depends on one yet. A lost root is never quietly replaced. */
export const openRootFile = (path: string, unsealSecret: Secret<Uint8Array>, keyTable: string): RootKey => {
  if (existsSync(path)) return readRootFile(path, unsealSecret)
  if (existsSync(keyTable)) {
    throw new Fault('misconfigured', `${path} is missing and ${keyTable} needs it: bring it back from its backup`)
  }
  return createRootFile(path, unsealSecret)
}
