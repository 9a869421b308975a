/** A cell's certificate: the operator's by path, watched; or one by the platform's private authority, kept in the data directory. */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { existsSync, readFileSync, unwatchFile, watchFile } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { domainToASCII } from 'node:url'
import { Fault } from '@bulkhead/base/fault.ts'
import type { TlsMaterial } from '@bulkhead/door/contracts/start.ts'
import { writeDurably } from '../config/edit.ts'
import type { CellConfig } from '../config/config.ts'
import type { TlsFiles } from '../config/tls-files.ts'
import { issueServer, newAuthority } from '../tls/certificate.ts'
import { readDomains } from './domains.ts'
import { ensureDirectory } from './ground.ts'
import { cellDirectory, type PlatformPaths } from './paths.ts'

export const authorityName = 'Bulkhead private authority'
const serverDays = 365
const renewBeforeMs = 30 * 86_400_000
const watchEveryMs = 2_000

/** What clients are told to trust. */
export const authorityFile = (paths: PlatformPaths): string => join(paths.data, 'ca.pem')

const authority = (paths: PlatformPaths): { readonly certificate: string; readonly key: string } => {
  const folder = join(paths.data, 'ca')
  ensureDirectory(folder, paths.root ? { uid: 0, gid: 0, mode: 0o700 } : null)
  const keyFile = join(folder, 'key.pem')
  if (!existsSync(keyFile)) {
    const made = newAuthority(authorityName, Date.now())
    writeDurably(authorityFile(paths), made.certificate, 0o644)
    writeDurably(keyFile, made.key, 0o600)
  }
  return { certificate: readFileSync(authorityFile(paths), 'utf8'), key: readFileSync(keyFile, 'utf8') }
}

/** What is wrong with a certificate and its key, or undefined. */
const flaw = ({ certificate, key }: TlsMaterial, nowMs: number): string | undefined => {
  try {
    const leaf = new X509Certificate(certificate)
    if (!leaf.checkPrivateKey(createPrivateKey(key))) return 'the key does not belong to the certificate'
    return leaf.validToDate.getTime() < nowMs ? `the certificate ended on ${leaf.validTo}` : undefined
  } catch {
    return 'not a PEM certificate with its PEM key'
  }
}

const covers = (leaf: X509Certificate, name: string): boolean => (isIP(name) === 0 ? leaf.checkHost(name) : leaf.checkIP(name)) !== undefined

const read = (files: TlsFiles): TlsMaterial => {
  try {
    return { certificate: readFileSync(files.certificate, 'utf8'), key: readFileSync(files.key, 'utf8') }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    throw new Fault('misconfigured', `the certificate ${files.certificate} or its key ${files.key} can't be read (${code})`)
  }
}

/** Policy hosts of the cell's domains (RFC 8461 section 3.3); a certificate with more names is for the operator to get. */
const policyHostsMax = 100

const policyHosts = (paths: PlatformPaths, cell: CellConfig): readonly string[] =>
  cell.mtaSts.listen ? (readDomains(paths.data)[cell.id] ?? []).slice(0, policyHostsMax).map((domain) => `mta-sts.${domainToASCII(domain)}`) : []

const issued = (paths: PlatformPaths, cell: CellConfig): TlsMaterial => {
  const ca = authority(paths)
  const folder = join(cellDirectory(paths, cell.id), 'tls')
  ensureDirectory(folder, paths.root ? { uid: 0, gid: 0, mode: 0o700 } : null)
  const files = { certificate: join(folder, 'certificate.pem'), key: join(folder, 'key.pem') }
  const names = [...new Set([cell.hostName, 'localhost', cell.address, ...policyHosts(paths, cell)])]
  if (existsSync(files.certificate) && existsSync(files.key)) {
    const kept = read(files)
    if (flaw(kept, Date.now() + renewBeforeMs) === undefined) {
      const leaf = new X509Certificate(kept.certificate)
      if (leaf.verify(new X509Certificate(ca.certificate).publicKey) && names.every((name) => covers(leaf, name))) return kept
    }
  }
  const made = issueServer({ commonName: authorityName, key: createPrivateKey(ca.key) }, names, Date.now(), serverDays)
  writeDurably(files.key, made.key, 0o600)
  writeDurably(files.certificate, made.certificate, 0o644)
  return made
}

const given = (files: TlsFiles, cell: CellConfig): TlsMaterial => {
  const material = read(files)
  const wrong = flaw(material, Date.now())
  if (wrong !== undefined) throw new Fault('misconfigured', `${files.certificate}: ${wrong}; the cell ${cell.id} can't use it`)
  return material
}

export const tlsMaterial = (paths: PlatformPaths, cell: CellConfig): TlsMaterial => (cell.tls === null ? issued(paths, cell) : given(cell.tls, cell))

/** Of HTTPS; null where that is the cell's own. */
export const httpsMaterial = (cell: CellConfig): TlsMaterial | null => (cell.mtaSts.tls === null ? null : given(cell.mtaSts.tls, cell))

/** Calls `onChange` when the operator's certificate was replaced by one that is fit for use. */
export const watchTls = (
  files: TlsFiles,
  onChange: (material: TlsMaterial) => void,
  onFlaw: (what: string) => void,
  everyMs: number = watchEveryMs,
): Disposable => {
  const look = (): void => {
    try {
      const material = read(files)
      const wrong = flaw(material, Date.now())
      if (wrong === undefined) onChange(material)
      else onFlaw(`${files.certificate}: ${wrong}; the old one stays in use`)
    } catch (error) {
      onFlaw(error instanceof Fault ? error.detail : 'certificate unreadable')
    }
  }
  for (const file of [files.certificate, files.key]) watchFile(file, { interval: everyMs, persistent: false }, look)
  return {
    [Symbol.dispose]() {
      for (const file of [files.certificate, files.key]) unwatchFile(file, look)
    },
  }
}
