import assert from 'node:assert/strict'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseConfig } from '../config/load.ts'
import { issueServer, newAuthority } from '../tls/certificate.ts'
import { writeDomains } from './domains.ts'
import { findPlatform, foundPlatform } from './paths.ts'
import { httpsMaterial, tlsMaterial, watchTls } from './tls-material.ts'

const authority = newAuthority('Somebody', Date.now())
const issue = (days: number) => issueServer({ commonName: 'Somebody', key: createPrivateKey(authority.key) }, ['mx.minato.example'], Date.now(), days)

const inFolder = async (work: (folder: string) => Promise<void> | void): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'tls-'))
  try {
    await work(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const cellWith = (lines: string) => {
  const [cell] = parseConfig(`cells:\n  - id: minato\n    hostName: mx.minato.example\n${lines}`, 'x').cells
  assert.ok(cell !== undefined)
  return cell
}

const platformIn = (folder: string) => {
  foundPlatform(folder)
  const paths = findPlatform(folder, undefined, { BULKHEAD_SAFE: `${folder}/safe` })
  assert.ok(paths !== undefined)
  return { ...paths, root: false }
}

test('a certificate of the private authority is made once, and kept', () => inFolder((folder) => {
  const paths = platformIn(folder)
  const first = tlsMaterial(paths, cellWith(''))
  assert.equal(tlsMaterial(paths, cellWith('')).certificate, first.certificate)
}))

test('a certificate of the private authority names the policy hosts of the cell\u2019s domains, and is made anew when there are more', () => inFolder((folder) => {
  const paths = platformIn(folder)
  const first = tlsMaterial(paths, cellWith(''))
  writeDomains(paths.data, { minato: ['minato.example', '日本.example'], kaede: ['kaede.example'] })
  const leaf = new X509Certificate(tlsMaterial(paths, cellWith('')).certificate)
  assert.notEqual(leaf.raw.toString('hex'), new X509Certificate(first.certificate).raw.toString('hex'))
  for (const name of ['mx.minato.example', 'mta-sts.minato.example', 'mta-sts.xn--wgv71a.example']) assert.ok(leaf.checkHost(name) !== undefined, name)
  assert.equal(leaf.checkHost('mta-sts.kaede.example'), undefined)
  assert.equal(tlsMaterial(paths, cellWith('')).certificate, leaf.toString())
}))

test('HTTPS has the certificate that is named for it, which must be fit for use too', () => inFolder((folder) => {
  const [certificate, key] = [join(folder, 'c.pem'), join(folder, 'k.pem')]
  const cell = cellWith(`    mtaSts: { tls: { certificate: ${certificate}, key: ${key} } }\n`)
  const good = issue(9)
  writeFileSync(certificate, good.certificate)
  writeFileSync(key, issue(9).key)
  assert.throws(() => httpsMaterial(cell), { detail: /key does not belong/ })
  writeFileSync(key, good.key)
  assert.deepEqual(httpsMaterial(cell), good)
  assert.equal(httpsMaterial(cellWith('')), null)
}))

test('a certificate that ended, or whose key is another\u2019s, is refused before anything starts', () => inFolder((folder) => {
  const paths = platformIn(folder)
  const [certificate, key] = [join(folder, 'c.pem'), join(folder, 'k.pem')]
  const cell = cellWith(`    tls: { certificate: ${certificate}, key: ${key} }\n`)
  const write = (pair: { readonly certificate: string; readonly key: string }): void => {
    writeFileSync(certificate, pair.certificate)
    writeFileSync(key, pair.key)
  }
  assert.throws(() => tlsMaterial(paths, cell), { detail: /can't be read/ })
  write(issue(-1))
  assert.throws(() => tlsMaterial(paths, cell), { detail: /ended on/ })
  write({ certificate: issue(9).certificate, key: issue(9).key })
  assert.throws(() => tlsMaterial(paths, cell), { detail: /key does not belong/ })
  const good = issue(9)
  write(good)
  assert.deepEqual(tlsMaterial(paths, cell), good)
}))

test('a certificate replaced on disk is taken on once it is whole, and a bad one is not', () => inFolder(async (folder) => {
  const [certificate, key] = [join(folder, 'c.pem'), join(folder, 'k.pem')]
  const [before, after] = [issue(9), issue(90)]
  writeFileSync(certificate, before.certificate)
  writeFileSync(key, before.key)
  const seen: string[] = []
  const flaws: string[] = []
  using watching = watchTls({ certificate, key }, (material) => void seen.push(material.certificate), (what) => void flaws.push(what), 20)
  void watching
  await sleep(60)
  writeFileSync(certificate, after.certificate)
  await sleep(120)
  assert.deepEqual(seen, [])
  assert.match(flaws.join(), /the old one stays in use/)
  writeFileSync(key, after.key)
  await sleep(120)
  assert.equal(seen.at(-1), after.certificate)
}))
