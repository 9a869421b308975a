import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { manualClock } from '@bulkhead/base/clock.ts'
import { newAccountHandle, type AccountHandle } from '@bulkhead/base/ids.ts'
import { meter } from '@bulkhead/base/meter.ts'
import { secret } from '@bulkhead/base/secret.ts'
import type { VaultCaller, VaultVerbs } from '@bulkhead/door/contracts/vault.ts'
import type { WatchEvent } from '@bulkhead/door/contracts/watch.ts'
import type { Reply } from '@bulkhead/door/verbs.ts'
import { realRows, type RowSealing } from '@bulkhead/seal/rows.ts'
import { hourMs } from './budgets.ts'
import { guarded } from './guard.ts'
import { wrappedKeyBytes } from './key-statements.ts'
import { openKeyTable, type KeyTable } from './key-table.ts'
import { openRootFile, rootOf, type RootKey } from './root.ts'
import { openVault } from './vault.ts'

const directory = mkdtempSync(join(tmpdir(), 'vault-'))
after(() => rmSync(directory, { recursive: true }))
const budgets = { wrongPerAccountHour: 3, unwrapsPerSecond: 50, addressesPerHour: 2, tracesPerHour: 2 }
const rootKey = secret(randomBytes(32))

interface Parts {
  readonly root?: RootKey
  readonly rows?: RowSealing
  readonly table?: KeyTable
}

let files = 0
const keyTablePath = (): string => join(directory, `${(files += 1)}.sqlite`)

const start = (parts: Parts = {}, path = keyTablePath()) => {
  const clock = manualClock(Date.UTC(2026, 10, 21))
  const events: Omit<WatchEvent, 'at'>[] = []
  const table = parts.table ?? openKeyTable(path)
  const root = parts.root ?? rootOf(rootKey)
  const rows = parts.rows ?? realRows
  const { handlers, flush } = guarded(openVault({ table, root, rows, clock, budgets }), {
    meter: meter(),
    tell: (event) => void events.push(event),
  })
  const ask = <K extends keyof VaultVerbs>(caller: VaultCaller, verb: K, request: VaultVerbs[K]['ask']) =>
    (handlers[verb] as (ask: object, caller: VaultCaller) => Reply<VaultVerbs[K]>)(request, caller)
  const granted = <K extends keyof VaultVerbs>(caller: VaultCaller, verb: K, request: VaultVerbs[K]['ask']): VaultVerbs[K]['answer'] => {
    const reply = ask(caller, verb, request)
    assert.ok(reply.is === 'answered', JSON.stringify(reply))
    return reply.answer
  }
  return { handlers, ask, granted, events, flush, clock, table, path }
}

type Running = ReturnType<typeof start>
const encode = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

/** An account with a credential, as the warden enrols it. */
const enrolled = ({ granted }: Running, set = 'isp-one', address: string | null = 'taro@mail.example') => {
  const verifier = encode(randomBytes(32))
  const innerWrap = encode(randomBytes(61))
  const made = granted('warden', 'enrol', { account: null, set, credential: { verifier, innerWrap }, address })
  assert.ok(made.credential !== null)
  return { account: made.account, credential: made.credential, address: made.address, verifier, innerWrap }
}

const unwrapOf = (vault: Running, { account, credential, verifier }: { account: AccountHandle; credential: string; verifier: string }, proof = false) =>
  vault.ask('warden', 'unwrap', { account, credential, verifier, proof })

const wrongVerifier = () => encode(randomBytes(32))
const refused = <R extends string>(refusal: R) => ({ is: 'refused', refusal })

test('the right verifier gets the inner wrap; a wrong one, a foreign row and an unknown account are one refusal', () => {
  const vault = start()
  const one = enrolled(vault)
  const other = enrolled(vault)
  assert.deepEqual(unwrapOf(vault, one), { is: 'answered', answer: { innerWrap: one.innerWrap } })
  assert.deepEqual(unwrapOf(vault, { ...one, verifier: wrongVerifier() }), refused('wrong'))
  assert.deepEqual(unwrapOf(vault, { ...one, credential: other.credential, verifier: other.verifier }), refused('wrong'))
  assert.deepEqual(unwrapOf(vault, { ...one, account: newAccountHandle() }), refused('wrong'))
})

test('what was enrolled is there after a restart, under the same index key', () => {
  const vault = start()
  const one = enrolled(vault)
  vault.table[Symbol.dispose]()
  const again = start({}, vault.path)
  assert.deepEqual(unwrapOf(again, one).is, 'answered')
  assert.equal(again.granted('intake', 'index', { address: 'taro@mail.example' }).index, one.address?.index)
})

test('raising the epoch of an account, its set or the cell kills the credentials of those and of nobody else', () => {
  for (const [scope, dies] of [['account', [true, false, false]], ['set', [true, true, false]], ['cell', [true, true, true]]] as const) {
    const vault = start()
    const accounts = [enrolled(vault), enrolled(vault), enrolled(vault, 'isp-two')]
    const [first] = accounts
    assert.ok(first !== undefined)
    const of = { account: first.account, set: 'isp-one', cell: 'cell' }[scope]
    assert.equal(vault.granted('desk', 'raiseEpoch', { scope, of }).epoch, 1)
    for (const [at, account] of accounts.entries()) {
      assert.deepEqual(unwrapOf(vault, account).is, dies[at] === true ? 'refused' : 'answered', `${scope} ${at}`)
    }
    const [renewed] = [vault.granted('warden', 'enrol', { account: first.account, set: 'isp-one', credential: first, address: null })]
    assert.ok(renewed.credential !== null)
    assert.equal(unwrapOf(vault, { ...first, credential: renewed.credential }).is, 'answered')
  }
})

test('a stale credential opens once with proof, within an hour of the permit, and never without', () => {
  const vault = start()
  const one = enrolled(vault)
  vault.granted('desk', 'raiseEpoch', { scope: 'cell', of: 'cell' })
  assert.deepEqual(unwrapOf(vault, one, true), refused('stale'))
  const permit = () => vault.granted('desk', 'rotate', { account: one.account, step: 'permit', credentials: [], addresses: [] })
  permit()
  assert.deepEqual(unwrapOf(vault, one, false), refused('stale'))
  assert.deepEqual(unwrapOf(vault, { ...one, verifier: wrongVerifier() }, true), refused('wrong'))
  assert.equal(unwrapOf(vault, one, true).is, 'answered')
  assert.deepEqual(unwrapOf(vault, one, true), refused('stale'))
  permit()
  vault.clock.advance(hourMs + 1)
  assert.deepEqual(unwrapOf(vault, one, true), refused('stale'))
})

test('guesses at one account end for the hour, for unknown accounts too, and a restart gives none back', () => {
  const vault = start()
  const one = enrolled(vault)
  const unknown = { ...one, account: newAccountHandle() }
  for (const target of [one, unknown]) {
    for (let n = 0; n < budgets.wrongPerAccountHour; n += 1) {
      assert.deepEqual(unwrapOf(vault, { ...target, verifier: wrongVerifier() }), refused('wrong'))
    }
    assert.deepEqual(unwrapOf(vault, { ...target, verifier: wrongVerifier() }), refused('overBudget'))
  }
  assert.deepEqual(unwrapOf(vault, one), refused('overBudget'))
  const again = start({}, vault.path)
  assert.deepEqual(unwrapOf(again, one), refused('overBudget'))
  again.clock.advance(hourMs)
  assert.equal(unwrapOf(again, one).is, 'answered')
})

test('a forgotten phone that repeats one wrong password does not use up the budget', () => {
  const vault = start()
  const one = enrolled(vault)
  const old = wrongVerifier()
  for (let n = 0; n < 20; n += 1) assert.deepEqual(unwrapOf(vault, { ...one, verifier: old }), refused('wrong'))
  assert.equal(unwrapOf(vault, one).is, 'answered')
})

test('a caller that unwraps faster than its rate is refused until time has passed', () => {
  const vault = start()
  const one = enrolled(vault)
  const replies = Array.from({ length: 2 * budgets.unwrapsPerSecond + 1 }, () => unwrapOf(vault, one))
  assert.deepEqual(replies.at(-2)?.is, 'answered')
  assert.deepEqual(replies.at(-1), refused('overBudget'))
  vault.clock.advance(1_000)
  assert.equal(unwrapOf(vault, one).is, 'answered')
})

test('addresses open for a reason, at most so many an hour, restarts included', () => {
  const vault = start()
  const one = enrolled(vault)
  const sealed = one.address?.sealed ?? ''
  const open = (running: Running, reason = 'customer called') => running.ask('desk', 'openAddress', { account: one.account, sealed, reason })
  assert.deepEqual(open(vault), { is: 'answered', answer: { address: 'taro@mail.example' } })
  assert.throws(() => open(vault, ' '))
  assert.throws(() => open(vault, 'about taro@mail.example'))
  assert.equal(open(vault).is, 'answered')
  assert.deepEqual(open(vault), refused('overBudget'))
  assert.deepEqual(open(start({}, vault.path)), refused('overBudget'))
  assert.deepEqual(vault.events.filter(({ outcome }) => outcome === 'granted: customer called').length, 2)
})

test('after rekey and settle a stolen old row is useless with the right password and the live vault', () => {
  const vault = start()
  const one = enrolled(vault)
  const rekey = (credential: string, address: string) =>
    vault.granted('desk', 'rotate', { account: one.account, step: 'rekey', credentials: [credential], addresses: [address] })
  const lost = rekey(one.credential, one.address?.sealed ?? '')
  assert.equal(unwrapOf(vault, one).is, 'answered', 'until it is settled a crash has lost nothing')
  const anew = rekey(one.credential, lost.addresses[0] ?? '')
  vault.granted('desk', 'rotate', { account: one.account, step: 'settle', credentials: [], addresses: [] })
  assert.deepEqual(unwrapOf(vault, one), refused('wrong'))
  for (const { credentials, addresses } of [lost, anew]) {
    assert.equal(unwrapOf(vault, { ...one, credential: credentials[0] ?? '' }).is, 'answered')
    const sealed = addresses[0] ?? ''
    assert.equal(vault.granted('desk', 'openAddress', { account: one.account, sealed, reason: 'test' }).address, 'taro@mail.example')
  }
})

test('rekey refuses rows of another account, and then nothing has changed', () => {
  const vault = start()
  const one = enrolled(vault)
  const other = enrolled(vault)
  const credentials = [one.credential, other.credential]
  assert.deepEqual(vault.ask('desk', 'rotate', { account: one.account, step: 'rekey', credentials, addresses: [] }), refused('foreign'))
  vault.granted('desk', 'rotate', { account: one.account, step: 'settle', credentials: [], addresses: [] })
  assert.equal(unwrapOf(vault, one).is, 'answered')
})

test('a destroyed account is one nobody ever had, and destroying may be repeated', () => {
  const vault = start()
  const one = enrolled(vault)
  for (let n = 0; n < 2; n += 1) assert.deepEqual(vault.granted('desk', 'destroy', { account: one.account }), { destroyed: true })
  assert.deepEqual(vault.granted('desk', 'destroy', { account: newAccountHandle() }), { destroyed: true })
  assert.deepEqual(unwrapOf(vault, one), refused('wrong'))
  const address = { account: one.account, set: 'isp-one', credential: null, address: 'b@mail.example' }
  assert.deepEqual(vault.ask('desk', 'enrol', address), refused('noSuchAccount'))
  assert.deepEqual(vault.ask('desk', 'raiseEpoch', { scope: 'account', of: one.account }), refused('noSuchAccount'))
  assert.equal(unwrapOf(start({}, vault.path), one).is, 'refused')
})

test('the wrapped keys of destroyed accounts are in no byte of the files, whatever the table went through', () => {
  const path = keyTablePath()
  const table = openKeyTable(path)
  const keys = Array.from({ length: 2_000 }, () => ({ account: newAccountHandle(), first: randomBytes(wrappedKeyBytes), second: randomBytes(wrappedKeyBytes) }))
  for (const { account, first } of keys) table.add(account, 'isp-one', first)
  for (const [at, { account, second }] of keys.entries()) if (at % 3 === 0) table.replace(account, second)
  for (const { account } of keys) table.countWrong(account, 500_000)
  const gone = keys.filter((_, at) => at % 50 === 0)
  for (const { account } of gone) table.destroy(account, Date.now())
  const bytes = Buffer.concat([readFileSync(path), readFileSync(`${path}-wal`)])
  assert.equal(gone.some(({ first, second }) => bytes.includes(first) || bytes.includes(second)), false)
  assert.ok(keys.every(({ first }, at) => at % 50 === 0 || bytes.includes(first)), 'the search finds those that live')
})

test('an unknown account costs the vault the very operations that a wrong password costs', () => {
  const done: string[] = []
  const counting = <T extends object>(what: string, thing: T): T =>
    new Proxy(thing, {
      get(target, name, receiver): unknown {
        const value: unknown = Reflect.get(target, name, receiver)
        if (typeof value !== 'function') return value
        return (...given: readonly unknown[]): unknown => {
          done.push(`${what}.${String(name)}`)
          return Reflect.apply(value, target, given)
        }
      },
    })
  const vault = start({ root: counting('root', rootOf(rootKey)), rows: counting('rows', realRows), table: counting('table', openKeyTable(keyTablePath())) })
  const one = enrolled(vault)
  const work = (account: AccountHandle): readonly string[] => {
    done.length = 0
    assert.deepEqual(unwrapOf(vault, { ...one, account, verifier: wrongVerifier() }), refused('wrong'))
    return [...done]
  }
  const known = work(one.account)
  assert.deepEqual(known, ['table.held', 'root.unwrap', 'rows.openCredential', 'table.countWrong'])
  assert.deepEqual(work(newAccountHandle()), known)
})

test('every grant and every denial is told with the account and the caller; indexes as a count', () => {
  const vault = start()
  const one = enrolled(vault)
  unwrapOf(vault, one)
  unwrapOf(vault, { ...one, verifier: wrongVerifier() })
  assert.throws(() => vault.ask('intake', 'destroy', { account: one.account }), { code: 'misconfigured' })
  for (let n = 0; n < 3; n += 1) vault.ask('intake', 'index', { address: 'x@mail.example' })
  vault.flush()
  assert.deepEqual(vault.events, [
    { kind: 'vault.enrol', caller: 'warden', outcome: 'granted', subject: one.account },
    { kind: 'vault.unwrap', caller: 'warden', outcome: 'granted', subject: one.account },
    { kind: 'vault.unwrap', caller: 'warden', outcome: 'wrong', subject: one.account },
    { kind: 'vault.destroy', caller: 'intake', outcome: 'denied', subject: one.account },
    { kind: 'vault.index', caller: 'intake', outcome: 'granted', count: 3 },
  ])
})

test('the root file opens with its secret alone, and a lost one is never quietly replaced', () => {
  const path = join(directory, 'root')
  const table = join(directory, 'root-test.sqlite')
  const made = openRootFile(path, secret(Buffer.from('unseal')), table)
  const wrapped = made.wrap('use', secret(Buffer.from('a key')))
  const again = openRootFile(path, secret(Buffer.from('unseal')), table)
  assert.equal(again.unwrap('use', wrapped).declassify().toString(), 'a key')
  assert.throws(() => again.unwrap('other use', wrapped), { code: 'corrupt' })
  assert.throws(() => openRootFile(path, secret(Buffer.from('wrong')), table), { code: 'misconfigured' })
  openKeyTable(table)[Symbol.dispose]()
  rmSync(path)
  assert.throws(() => openRootFile(path, secret(Buffer.from('unseal')), table), { code: 'misconfigured' })
})

test('a root that does not belong to the key table is noticed at the start', () => {
  const { path } = start()
  assert.throws(() => start({ root: rootOf(secret(randomBytes(32))) }, path), { code: 'misconfigured' })
})
