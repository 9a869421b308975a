/**
 * The safe: the platform's secrets, outside the data directory, so that a copy of the data opens nothing. One file for
 * the platform and one for each cell, mode 0600. Made at the first start; if it is missing later, nothing starts.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '@bulkhead/base/fault.ts'
import { secret, type Secret } from '@bulkhead/base/secret.ts'
import type { Base64 } from '@bulkhead/door/contracts/vault.ts'
import { writeDurably } from '../config/edit.ts'
import { newNoticeKeyPair } from '@bulkhead/mail/reading/official.ts'
import type { PlatformPaths } from './paths.ts'

export interface CellSecrets {
  /** Opens the root key's sealed file, in the vault. */
  readonly unsealSecret: Secret<Base64>
  readonly queuePublicKey: Base64
  readonly queuePrivateKey: Secret<Base64>
  /** Delivery rules are sealed to it; intakes alone have the other half. */
  readonly rulesPublicKey: Base64
  readonly rulesPrivateKey: Secret<Base64>
  /** The desk signs the provider's notices; mailrooms have the other half. */
  readonly noticePublicKey: Base64
  readonly noticePrivateKey: Secret<Base64>
  readonly pseudonymKey: Secret<Base64>
  /** Database passwords by process. */
  readonly database: (role: string) => Secret<string>
}

export interface PlatformSecrets {
  readonly postgres: Secret<string>
}

const secretBytes = 32
type Kept = Readonly<Record<string, string>>

const fresh = (): string => randomBytes(secretBytes).toString('base64')
const freshPassword = (): string => randomBytes(secretBytes).toString('base64url')

const keyPair = (): { readonly public: string; readonly private: string } => {
  const { publicKey, privateKey } = generateKeyPairSync('x25519')
  const raw = (der: Buffer): string => der.subarray(-secretBytes).toString('base64')
  return { public: raw(publicKey.export({ type: 'spki', format: 'der' })), private: raw(privateKey.export({ type: 'pkcs8', format: 'der' })) }
}

const readKept = (file: string): Kept => {
  const { mode, uid } = statSync(file)
  if ((mode & 0o077) !== 0) throw new Fault('misconfigured', `${file} can be read by others; mend it with: chmod 600 ${file}`)
  if (uid !== process.getuid?.()) throw new Fault('misconfigured', `${file} belongs to another account; start the platform as its owner`)
  return JSON.parse(readFileSync(file, 'utf8')) as Kept
}

const missing = (file: string, what: string): Fault =>
  new Fault('misconfigured', [
    `${file} is missing, but ${what} exists: without its secrets the data can't be opened.`,
    'Restore that file from your own safekeeping (or set BULKHEAD_SAFE to where it is)',
  ].join(' '))

/** `exists` says whether what these secrets open is there already: then they can't be made anew. */
const keptAt = (paths: PlatformPaths, name: string, exists: { readonly at: string }, make: () => Kept): Kept => {
  mkdirSync(paths.safe, { recursive: true, mode: 0o700 })
  chmodSync(paths.safe, 0o700)
  const file = join(paths.safe, `${name}.json`)
  if (existsSync(file)) return readKept(file)
  if (existsSync(exists.at)) throw missing(file, exists.at)
  const made = make()
  writeDurably(file, `${JSON.stringify(made, null, 2)}\n`, 0o600)
  return made
}

const rulesKeys = (): Kept => {
  const rules = keyPair()
  return { rulesPublicKey: rules.public, rulesPrivateKey: rules.private }
}

const noticeKeys = (): Kept => {
  const { publicKey, privateKey } = newNoticeKeyPair()
  return { noticePublicKey: publicKey.toString('base64'), noticePrivateKey: privateKey.declassify().toString('base64') }
}

/** A cell older than delivery rules, or notices, gets their keys now: nothing is sealed to them or signed yet. */
const withLaterKeys = (kept: Kept, file: string): Kept => {
  const rules = kept['rulesPrivateKey'] === undefined ? rulesKeys() : {}
  const notice = kept['noticePrivateKey'] === undefined ? noticeKeys() : {}
  const whole = { ...kept, ...rules, ...notice }
  if (Object.keys(whole).length > Object.keys(kept).length) writeDurably(file, `${JSON.stringify(whole, null, 2)}\n`, 0o600)
  return whole
}

const valueOf = (kept: Kept, name: string, file: string): string => {
  const value = kept[name]
  if (value === undefined) throw new Fault('misconfigured', `the safe's ${file} has no ${name}; restore it from your own safekeeping`)
  return value
}

export const platformSecrets = (paths: PlatformPaths, postgresData: string): PlatformSecrets => {
  const kept = keptAt(paths, 'platform', { at: postgresData }, () => ({ postgres: freshPassword() }))
  return { postgres: secret(valueOf(kept, 'postgres', 'platform.json')) }
}

export const databaseRoles = ['warden', 'intake', 'mailroom', 'courier', 'desk'] as const

export const cellSecrets = (paths: PlatformPaths, cell: string, rootFile: string): CellSecrets => {
  const name = `cell-${cell}`
  const kept = keptAt(paths, name, { at: rootFile }, () => {
    const queue = keyPair()
    return {
      unsealSecret: fresh(), pseudonymKey: fresh(), queuePublicKey: queue.public, queuePrivateKey: queue.private,
      ...Object.fromEntries(databaseRoles.map((role) => [`database-${role}`, freshPassword()])),
    }
  })
  const whole = withLaterKeys(kept, join(paths.safe, `${name}.json`))
  const take = (key: string): string => valueOf(whole, key, `${name}.json`)
  return {
    unsealSecret: secret(take('unsealSecret')),
    pseudonymKey: secret(take('pseudonymKey')),
    queuePublicKey: take('queuePublicKey'),
    queuePrivateKey: secret(take('queuePrivateKey')),
    rulesPublicKey: take('rulesPublicKey'),
    rulesPrivateKey: secret(take('rulesPrivateKey')),
    noticePublicKey: take('noticePublicKey'),
    noticePrivateKey: secret(take('noticePrivateKey')),
    database: (role) => secret(take(`database-${role}`)),
  }
}
