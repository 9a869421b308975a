import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { Fault } from '@bulkhead/base/fault.ts'
import { newAccountHandle } from '@bulkhead/base/ids.ts'
import { secret } from '@bulkhead/base/secret.ts'
import { preparePassword } from './password.ts'
import { realSealing } from './real-sealing.ts'
import { addressBytesMax, realRows, sealedRowBytesMax } from './rows.ts'
import { combine, split } from './shares.ts'
import { argonBytes, passwordKeys, unwrapEscrow, unwrapInner, wrapEscrow, wrapInner } from './wraps.ts'

const corrupt = (error: unknown): boolean => error instanceof Fault && error.code === 'corrupt'
const prepared = (password: string | Buffer): string =>
  preparePassword(secret(Buffer.from(password))).declassify().toString('hex')
const accountKey = secret(randomBytes(32))
const account = newAccountHandle()
const credential = { verifier: randomBytes(32), innerWrap: randomBytes(61), epochs: { account: 3, set: 70_000, cell: 2 ** 40 } }

test('a password typed composed or decomposed, with any space, is one password; widths stay apart', () => {
  assert.equal(prepared('pässwort'), prepared('pa\u0308sswort'))
  assert.equal(prepared('two\u3000words'), prepared('two words'))
  assert.notEqual(prepared('ｐａｓｓ'), prepared('pass'))
  assert.equal(prepared(Buffer.from([0xff, 0x70, 0xe4])), 'ff70e4')
  assert.equal(prepared('line\u2028and\ttab'), Buffer.from('line\u2028and\ttab').toString('hex'))
})

test('ASCII passwords are taken as they are, and preparing twice changes nothing', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary-ascii' }), (text) => prepared(text) === Buffer.from(text).toString('hex')))
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const once = preparePassword(secret(Buffer.from(text))).declassify()
      assert.deepEqual(preparePassword(secret(once)).declassify(), once)
    }),
  )
})

test('verifier and wrap key come from the same hash and do not tell each other', () => {
  const argon = secret(randomBytes(argonBytes))
  const { verifier, wrapKey } = passwordKeys(argon)
  assert.notDeepEqual(verifier.declassify(), wrapKey.declassify())
  assert.deepEqual(passwordKeys(argon).verifier.declassify(), verifier.declassify())
})

test('the inner wrap opens under its key alone', () => {
  const { privateKey } = realSealing.newKeyPair()
  const { wrapKey, verifier } = passwordKeys(secret(randomBytes(argonBytes)))
  const wrap = wrapInner(wrapKey, privateKey)
  assert.deepEqual(unwrapInner(wrapKey, wrap).declassify(), privateKey.declassify())
  assert.throws(() => unwrapInner(verifier, wrap), corrupt)
  fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (hostile) => void assert.throws(() => unwrapInner(wrapKey, hostile), corrupt)))
})

test('a credential row opens for its account under its key alone, and gives back the epochs', () => {
  const sealed = realRows.sealCredential(accountKey, account, credential)
  assert.deepEqual(realRows.openCredential(accountKey, account, sealed), credential)
  assert.throws(() => realRows.openCredential(accountKey, newAccountHandle(), sealed), corrupt)
  assert.throws(() => realRows.openCredential(secret(randomBytes(32)), account, sealed), corrupt)
  assert.throws(() => realRows.openAddress(accountKey, account, sealed), corrupt)
  assert.equal(sealed.includes(credential.verifier), false)
})

test('sealed addresses of a like length look alike, and none is longer than its limit', () => {
  const short = realRows.sealAddress(accountKey, account, 'a@b.example')
  const longer = realRows.sealAddress(accountKey, account, 'taro.yamada@mail.example')
  assert.equal(short.length, longer.length)
  assert.equal(realRows.openAddress(accountKey, account, longer), 'taro.yamada@mail.example')
  assert.ok(realRows.sealAddress(accountKey, account, 'x'.repeat(addressBytesMax)).length <= sealedRowBytesMax)
})

test('W4 opens with the recovery key, for its account only', () => {
  const recovery = realSealing.newKeyPair()
  const { privateKey } = realSealing.newKeyPair()
  const wrap = wrapEscrow(realSealing, recovery.publicKey, account, privateKey)
  assert.deepEqual(unwrapEscrow(realSealing, recovery.privateKey, account, wrap).declassify(), privateKey.declassify())
  assert.throws(() => unwrapEscrow(realSealing, recovery.privateKey, newAccountHandle(), wrap), corrupt)
})

test('any k of n shares give the secret back; fewer, foreign or damaged ones are refused', () => {
  const sizes = fc.integer({ min: 2, max: 6 }).chain((needed) => fc.tuple(fc.constant(needed), fc.integer({ min: needed, max: 8 })))
  fc.assert(
    fc.property(sizes, fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.infiniteStream(fc.nat()), ([needed, count], whole, draws) => {
      const shares = split(secret(whole), needed, count)
      const shuffled = [...shares].map((share) => ({ share, at: draws.next().value ?? 0 })).sort((a, b) => a.at - b.at)
      const some = shuffled.slice(0, needed).map(({ share }) => share)
      const back = combine(some)
      assert.ok(back.is === 'whole')
      assert.deepEqual(back.secret.declassify(), Buffer.from(whole))
      const [first, ...rest] = some
      assert.ok(first !== undefined)
      assert.deepEqual(combine(rest), { is: 'refused', why: rest.length === 0 ? 'notAShare' : 'tooFew' })
      assert.deepEqual(combine([first, ...rest.slice(1), first]).is, 'refused')
      const [foreign] = split(secret(whole), needed, count)
      assert.ok(foreign !== undefined)
      foreign.declassify()[2] = 200
      assert.deepEqual(combine([...some, foreign]), { is: 'refused', why: 'otherSet' })
      const damaged = Buffer.from(first.declassify())
      damaged[damaged.length - 1] = (damaged[damaged.length - 1] ?? 0) ^ 1
      assert.deepEqual(combine([secret(damaged), ...rest]), { is: 'refused', why: 'wrongShare' })
    }),
    { numRuns: 60 },
  )
})

test('hostile shares are refused, never thrown at', () => {
  fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 30 })), (hostile) => combine(hostile.map(secret)).is === 'refused'))
})
