/** What the vault must never be able to do, read from its own source and its own answers. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { test } from 'node:test'
import { manualClock } from '@bulkhead/base/clock.ts'
import { newAccountHandle } from '@bulkhead/base/ids.ts'
import { meter } from '@bulkhead/base/meter.ts'
import { secret, type Secret } from '@bulkhead/base/secret.ts'
import { vaultCallers } from '@bulkhead/door/contracts/vault.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { realRows } from '@bulkhead/seal/rows.ts'
import { sealTrace } from '@bulkhead/seal/trace.ts'
import { guarded } from './guard.ts'
import { statements } from './key-statements.ts'
import { openKeyTable } from './key-table.ts'
import { rightsOf } from './rights.ts'
import { rootOf, type RootKey } from './root.ts'
import { openVault } from './vault.ts'

const house = resolve(import.meta.dirname, '..')
const verbs = [
  'changeSigner', 'destroy', 'enrol', 'index', 'newSigner', 'openAddress', 'openTrace', 'raiseEpoch', 'rotate', 'sign', 'signers', 'unwrap',
]
const budgets = { wrongPerAccountHour: 100, unwrapsPerSecond: 1_000, addressesPerHour: 1_000, tracesPerHour: 1_000 }

const importPattern = /(?:^|\n)\s*(?:import|export)\s(?:[^'"`;]*?\sfrom\s*)?['"]([^'"]+)['"]|\bimport\s*\(\s*([^)]*)\)|\brequire\s*\(/g

const resolved = (from: string, name: string): string =>
  name.startsWith('@bulkhead/') ? join(house, name.slice('@bulkhead/'.length)) : resolve(dirname(from), name)

/** Every file the vault's process is made of, and every module of Node it takes. */
const reached = (root: string): { readonly files: ReadonlySet<string>; readonly node: ReadonlySet<string>; readonly foreign: ReadonlySet<string> } => {
  const [files, node, foreign] = [new Set<string>(), new Set<string>(), new Set<string>()]
  const visit = (file: string): void => {
    if (files.has(file)) return
    assert.ok(existsSync(file), file)
    files.add(file)
    for (const [statement, name, dynamic] of readFileSync(file, 'utf8').matchAll(importPattern)) {
      if (/^\s*import type\b/.test(statement)) continue
      if (name === undefined) foreign.add(`${file}: ${dynamic ?? statement}`)
      else if (name.startsWith('node:')) node.add(name)
      else if (name.startsWith('.') || name.startsWith('@bulkhead/')) visit(resolved(file, name))
      else foreign.add(name)
    }
  }
  visit(root)
  return { files, node, foreign }
}

test('the vault is made of base, door, seal, vault and its root; nothing from npm, nothing loaded later', () => {
  const { files, node, foreign } = reached(join(house, 'run/processes/vault.ts'))
  assert.deepEqual([...foreign], [])
  const packages = new Set([...files].map((file) => file.slice(house.length + 1).replace(/\/.*$/, '')))
  assert.deepEqual([...packages].sort(), ['base', 'door', 'run', 'seal', 'vault'])
  assert.deepEqual([...node].sort(), ['node:crypto', 'node:fs', 'node:net', 'node:sqlite', 'node:util'])
  assert.ok(files.size > 20, 'the walk sees the graph')
})

test('every statement names one account, one set, one key of a domain or the cell; none can list', () => {
  for (const [name, sql] of Object.entries(statements)) {
    const one = String.raw`account = \?|domain = \?1? and (?:slot|selector) = \?`
    const single = new RegExp(String.raw`where (?:${one})|where id = 1|where id = \(select \w+ from \w+ where (?:${one})|^\s*insert into`)
    assert.match(sql, single, name)
    assert.doesNotMatch(sql, /\b(like|between|limit|offset|order by|group by|union)\b|[<>]/i, name)
  }
  const source = readFileSync(join(house, 'vault/key-table.ts'), 'utf8')
  assert.doesNotMatch(source, /\.(all|iterate)\(|backup|serialize|createSession/)
})

const seen: Buffer[] = []
/** A padded DKIM key, and its PKCS #8 without the padding; of an Ed25519 key the seed alone as well. */
const isPadded = (key: Buffer): boolean => key.length > 1_000
const halves = (padded: Buffer): readonly Buffer[] => {
  const der = padded.subarray(2, 2 + padded.readUInt16BE())
  return [der, der.subarray(-32)]
}

/** A root that remembers the keys that pass through it. */
const spyingRoot = (): RootKey => {
  const root = rootOf(secret(randomBytes(32)))
  const note = <T extends Uint8Array>(key: Secret<T>): Secret<T> => {
    seen.push(Buffer.from(key.declassify()))
    return key
  }
  return { wrap: (use, plain) => root.wrap(use, note(plain)), unwrap: (use, wrapped) => note(root.unwrap(use, wrapped)) }
}

test('there are twelve verbs, of one account or one domain, and no answer holds a key, a verifier or the index key', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'vault-contract-'))
  using table = openKeyTable(join(directory, 'keys.sqlite'))
  const vault = openVault({ table, root: spyingRoot(), rows: realRows, clock: manualClock(0), budgets })
  const { handlers } = guarded(vault, { meter: meter(), tell() {} })
  assert.deepEqual(Object.keys(handlers).sort(), verbs)
  const answers: string[] = []
  const ask = async (verb: keyof typeof handlers, caller: 'warden' | 'desk' | 'mailroom', request: object): Promise<Record<string, string>> => {
    const reply = JSON.stringify(await handlers[verb]({ ...request }, caller))
    answers.push(reply)
    return JSON.parse(reply).answer
  }
  const verifier = randomBytes(32)
  const credential = { verifier: verifier.toString('base64'), innerWrap: randomBytes(61).toString('base64') }
  const made = await ask('enrol', 'warden', { account: null, set: 'one', credential, address: 'a@b.example' })
  const { account } = made
  const row = made['credential'] ?? ''
  const sealed = JSON.parse(JSON.stringify(made['address'])).sealed
  await ask('index', 'desk', { address: 'a@b.example' })
  await ask('unwrap', 'warden', { account, credential: row, verifier: credential.verifier, proof: false })
  await ask('openAddress', 'desk', { account, sealed, reason: 'test' })
  await ask('rotate', 'desk', { account, step: 'rekey', credentials: [row], addresses: [sealed] })
  await ask('rotate', 'desk', { account, step: 'settle', credentials: [], addresses: [] })
  await ask('raiseEpoch', 'desk', { scope: 'account', of: account })
  await ask('destroy', 'desk', { account })
  for (const algorithm of ['rsa-sha256', 'ed25519-sha256']) {
    const [domain, selector] = ['b.example', algorithm.slice(0, 3)]
    await ask('newSigner', 'desk', { domain, selector, algorithm })
    await ask('changeSigner', 'desk', { domain, selector, state: 'signing' })
    await ask('sign', 'mailroom', { domain, signatures: [{ selector, bytes: 'AAAA' }] })
    await ask('signers', 'mailroom', { domain })
  }
  const carried = realSealing.newContentKey(vault.tracePublicKey)
  await ask('openTrace', 'desk', { message: account, sealed: sealTrace(realSealing, carried, account ?? '', 'a note').toString('base64'), reason: 'test' })
  assert.ok(answers.every((answer) => answer.startsWith('{"is":"answered"')), answers.join('\n'))
  const told = Buffer.concat([
    Buffer.from(answers.join('')),
    ...answers.flatMap((answer) => [...answer.matchAll(/"([A-Za-z0-9+/]{8,}=*)"/g)].map(([, text]) => Buffer.from(text ?? '', 'base64'))),
  ])
  assert.ok(seen.length > 12)
  for (const key of [...seen, ...seen.filter(isPadded).flatMap(halves), verifier]) {
    for (const form of [key, Buffer.from(key.toString('base64')), Buffer.from(key.toString('hex'))]) {
      assert.equal(told.includes(form), false)
    }
  }
  rmSync(directory, { recursive: true })
})

test('no caller may ask for a verb its work does not need', () => {
  const rights = rightsOf(budgets)
  const may = Object.fromEntries(vaultCallers.map((caller) => [caller, Object.keys(rights[caller]).sort()]))
  assert.deepEqual(may, {
    intake: ['index', 'sign', 'signers'],
    mailroom: ['index', 'sign', 'signers'],
    warden: ['enrol', 'index', 'unwrap'],
    desk: ['changeSigner', 'destroy', 'enrol', 'index', 'newSigner', 'openAddress', 'openTrace', 'raiseEpoch', 'rotate', 'signers'],
  })
})

test('the desk can make neither an account nor a credential', () => {
  const directory = mkdtempSync(join(tmpdir(), 'vault-desk-'))
  using table = openKeyTable(join(directory, 'keys.sqlite'))
  const vault = openVault({ table, root: rootOf(secret(randomBytes(32))), rows: realRows, clock: manualClock(0), budgets })
  const { handlers } = guarded(vault, { meter: meter(), tell() {} })
  const credential = { verifier: randomBytes(32).toString('base64'), innerWrap: randomBytes(61).toString('base64') }
  const account = newAccountHandle()
  assert.throws(() => handlers.enrol({ account: null, set: 'one', credential: null, address: 'a@b.example' }, 'desk'), { code: 'misconfigured' })
  assert.throws(() => handlers.enrol({ account, set: 'one', credential, address: null }, 'desk'), { code: 'misconfigured' })
  rmSync(directory, { recursive: true })
})
