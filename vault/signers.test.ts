import assert from 'node:assert/strict'
import { createHash, createPrivateKey, createPublicKey, randomBytes, randomUUID, verify } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { DatabaseSync } from 'node:sqlite'
import { manualClock } from '@bulkhead/base/clock.ts'
import { meter } from '@bulkhead/base/meter.ts'
import { secret } from '@bulkhead/base/secret.ts'
import { signersMax, type Signer, type VaultCaller, type VaultVerbs } from '@bulkhead/door/contracts/vault.ts'
import type { WatchEvent } from '@bulkhead/door/contracts/watch.ts'
import type { Reply } from '@bulkhead/door/verbs.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { realRows } from '@bulkhead/seal/rows.ts'
import { sealTrace } from '@bulkhead/seal/trace.ts'
import { hourMs } from './budgets.ts'
import { guarded } from './guard.ts'
import { openKeyTable } from './key-table.ts'
import { rootOf } from './root.ts'
import { openVault } from './vault.ts'

const directory = mkdtempSync(join(tmpdir(), 'signers-'))
after(() => rmSync(directory, { recursive: true }))
const rootKey = secret(randomBytes(32))
const budgets = { wrongPerAccountHour: 3, unwrapsPerSecond: 50, addressesPerHour: 2, tracesPerHour: 2 }
const domain = 'mail.example'

let files = 0
const newPath = (): string => join(directory, `${(files += 1)}.sqlite`)

const start = (path = newPath()) => {
  const clock = manualClock(Date.UTC(2026, 10, 21))
  const events: Omit<WatchEvent, 'at'>[] = []
  const table = openKeyTable(path)
  const vault = openVault({ table, root: rootOf(rootKey), rows: realRows, clock, budgets })
  const { handlers, flush } = guarded(vault, { meter: meter(), tell: (event) => void events.push(event) })
  const ask = async <K extends keyof VaultVerbs>(caller: VaultCaller, verb: K, request: VaultVerbs[K]['ask']): Promise<Reply<VaultVerbs[K]>> =>
    (handlers[verb] as (ask: object, caller: VaultCaller) => Promise<Reply<VaultVerbs[K]>> | Reply<VaultVerbs[K]>)(request, caller)
  const granted = async <K extends keyof VaultVerbs>(caller: VaultCaller, verb: K, request: VaultVerbs[K]['ask']): Promise<VaultVerbs[K]['answer']> => {
    const reply = await ask(caller, verb, request)
    assert.ok(reply.is === 'answered', `${verb}: ${JSON.stringify(reply)}`)
    return reply.answer
  }
  return { ask, granted, events, flush, clock, table, path, vault }
}

const refused = <R extends string>(refusal: R) => ({ is: 'refused', refusal })
const pair = [['s1-rsa', 'rsa-sha256'], ['s1-ed', 'ed25519-sha256']] as const

const signing = async ({ granted }: ReturnType<typeof start>): Promise<readonly Signer[]> => {
  for (const [selector, algorithm] of pair) {
    await granted('desk', 'newSigner', { domain, selector, algorithm })
    await granted('desk', 'changeSigner', { domain, selector, state: 'signing' })
  }
  return (await granted('mailroom', 'signers', { domain })).signers
}

/** As a verifier reads it from the record's `p=`. */
const verifies = ({ algorithm, publicKey }: Signer, bytes: Buffer, signature: Buffer): boolean => {
  const raw = Buffer.from(publicKey, 'base64')
  if (algorithm === 'rsa-sha256') return verify('sha256', bytes, createPublicKey({ key: raw, format: 'der', type: 'spki' }), signature)
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), raw])
  return verify(null, createHash('sha256').update(bytes).digest(), createPublicKey({ key: spki, format: 'der', type: 'spki' }), signature)
}

test('what the vault signs verifies under the key it shows, for either algorithm, after a restart too', async () => {
  const first = start()
  const signers = await signing(first)
  assert.deepEqual(signers.map(({ selector, algorithm, state }) => [selector, algorithm, state]), pair.map((one) => [...one, 'signing']))
  assert.deepEqual(signers.map(({ publicKey }) => Buffer.from(publicKey, 'base64').length), [294, 32])
  first.table[Symbol.dispose]()
  for (const running of [start(first.path), start(first.path)]) {
    const bytes = randomBytes(3_000)
    const asked = signers.map(({ selector }) => ({ selector, bytes: bytes.toString('base64') }))
    const { signatures } = await running.granted('mailroom', 'sign', { domain, signatures: asked })
    assert.equal(signatures.length, 2)
    for (const [at, signer] of signers.entries()) assert.ok(verifies(signer, bytes, Buffer.from(signatures[at] ?? '', 'base64')), signer.algorithm)
    running.table[Symbol.dispose]()
  }
})

test('a key signs from the day it is told to, not before, and never for another domain or after it is destroyed', async () => {
  const { ask, granted } = start()
  const selector = 's1'
  const sign = (of: string) => ask('mailroom', 'sign', { domain: of, signatures: [{ selector, bytes: 'AAAA' }] })
  const change = (state: 'signing' | 'retired' | 'destroyed') => ask('desk', 'changeSigner', { domain, selector, state })
  assert.deepEqual(await change('signing'), refused('noSuchKey'))
  await granted('desk', 'newSigner', { domain, selector, algorithm: 'ed25519-sha256' })
  assert.deepEqual(await sign(domain), refused('noSuchKey'))
  assert.deepEqual(await change('retired'), refused('badTransition'))
  assert.equal((await change('signing')).is, 'answered')
  assert.equal((await sign(domain)).is, 'answered')
  assert.deepEqual(await sign('other.example'), refused('noSuchKey'))
  assert.deepEqual(await change('destroyed'), refused('badTransition'))
  assert.equal((await change('retired')).is, 'answered')
  assert.equal((await sign(domain)).is, 'answered', 'a message that began before is signed')
  assert.equal((await change('destroyed')).is, 'answered')
  assert.deepEqual(await sign(domain), refused('noSuchKey'))
  assert.deepEqual((await granted('desk', 'signers', { domain })).signers, [])
})

test('a selector is one key, and a domain has so many', async () => {
  const { ask, granted } = start()
  const make = (selector: string) => ask('desk', 'newSigner', { domain, selector, algorithm: 'ed25519-sha256' })
  const made = await Promise.all(Array.from({ length: signersMax }, (_, at) => make(`s${at}`)))
  assert.ok(made.every(({ is }) => is === 'answered'))
  assert.deepEqual(await make('s0'), refused('exists'))
  assert.deepEqual(await make('s99'), refused('tooMany'))
  await granted('desk', 'changeSigner', { domain, selector: 's3', state: 'destroyed' })
  assert.equal((await make('s99')).is, 'answered')
  for (const bad of ['', 'UPPER', 'a.b', '-a', 'a_b', 'x'.repeat(64), "a' or 1"]) await assert.rejects(make(bad), { code: 'misconfigured' })
})

test('a destroyed key is in no byte of the files, and those of others are there still', async () => {
  const { granted, table, path } = start()
  const selectors = ['a', 'b', 'c', 'd']
  for (const selector of selectors) await granted('desk', 'newSigner', { domain, selector, algorithm: 'ed25519-sha256' })
  const wrapped = selectors.map((selector) => table.signers.find(domain, selector)?.wrapped ?? Buffer.alloc(0))
  for (const selector of ['b', 'd']) await granted('desk', 'changeSigner', { domain, selector, state: 'destroyed' })
  const bytes = Buffer.concat([readFileSync(path), readFileSync(`${path}-wal`)])
  assert.deepEqual(wrapped.map((key) => key.length > 0 && bytes.includes(key)), [true, false, true, false])
})

test('whoever steals the key table has no private key, in no form', async () => {
  const { granted, path, vault } = start()
  const signers = await signing({ granted } as ReturnType<typeof start>)
  const keys = signers.map(({ selector }) => vault.signingKeys.of(domain, selector)?.key)
  const stolen = Buffer.concat([readFileSync(path), readFileSync(`${path}-wal`)])
  for (const key of [...keys, createPrivateKey({ key: vault.traceKey.declassify(), format: 'raw-private', asymmetricKeyType: 'x25519' })]) {
    assert.ok(key !== undefined)
    const der = key.export({ type: 'pkcs8', format: 'der' })
    const jwk = key.export({ format: 'jwk' })
    const parts = [der, ...[jwk.d, jwk.p, jwk.q].filter((part) => part !== undefined).map((part) => Buffer.from(part, 'base64url'))]
    for (const part of parts) {
      for (const form of [part, Buffer.from(part.toString('base64')), Buffer.from(part.toString('hex'))]) assert.equal(stolen.includes(form.subarray(0, 64)), false)
    }
  }
  for (const { publicKey } of signers) assert.ok(stolen.includes(Buffer.from(publicKey, 'base64')), 'the search finds what is not secret')
})

test('a key table made before there were signing keys gets its tables at the next start', async () => {
  const { granted, table, path } = start()
  const { index } = await granted('intake', 'index', { address: `a@${domain}` })
  table[Symbol.dispose]()
  const old = new DatabaseSync(path)
  old.exec('drop table signer; drop table wrapped_signer; drop table trace')
  old.close()
  const again = start(path)
  assert.equal((await again.granted('intake', 'index', { address: `a@${domain}` })).index, index)
  assert.equal((await signing(again)).length, 2)
})

test('a note of the trace opens for the desk alone, for a reason, at most so many an hour, restarts included', async () => {
  const first = start()
  const message = randomUUID()
  const carried = realSealing.newContentKey(first.vault.tracePublicKey)
  const sealed = sealTrace(realSealing, carried, message, 'delivered to Archive').toString('base64')
  const open = ({ ask }: ReturnType<typeof start>, caller: VaultCaller = 'desk', reason = 'ticket 7') => ask(caller, 'openTrace', { message, sealed, reason })
  assert.deepEqual(await open(first), { is: 'answered', answer: { text: 'delivered to Archive' } })
  await assert.rejects(open(first, 'mailroom'), { code: 'misconfigured' })
  await assert.rejects(open(first, 'desk', 'about taro@mail.example'), { code: 'misconfigured' })
  first.flush()
  assert.ok(first.events.some(({ kind, outcome, count }) => kind === 'vault.openTrace' && outcome === 'granted: ticket 7' && count === 1))
  const again = start(first.path)
  assert.equal((await open(again)).is, 'answered')
  assert.deepEqual(await open(again), refused('overBudget'))
  again.clock.advance(hourMs)
  assert.deepEqual(await again.ask('desk', 'openTrace', { message, sealed: Buffer.alloc(64).toString('base64'), reason: 'x' }), refused('foreign'))
  assert.deepEqual(await again.ask('desk', 'openTrace', { message: randomUUID(), sealed, reason: 'x' }), refused('foreign'))
})

test('making and changing a key is told with its name; signatures as a count', async () => {
  const running = start()
  await signing(running)
  const [selector] = pair[1]
  for (let n = 0; n < 3; n += 1) await running.granted('intake', 'sign', { domain, signatures: [{ selector, bytes: 'AAAA' }] })
  running.flush()
  const told = running.events.map(({ kind, caller, outcome, count }) => [kind, caller, outcome, count])
  assert.deepEqual(told, [
    ['vault.newSigner', 'desk', `granted: s1-rsa of ${domain}`, undefined],
    ['vault.changeSigner', 'desk', `granted: s1-rsa of ${domain} signing`, undefined],
    ['vault.newSigner', 'desk', `granted: s1-ed of ${domain}`, undefined],
    ['vault.changeSigner', 'desk', `granted: s1-ed of ${domain} signing`, undefined],
    ['vault.signers', 'mailroom', 'granted', 1],
    ['vault.sign', 'intake', 'granted', 3],
  ])
})
