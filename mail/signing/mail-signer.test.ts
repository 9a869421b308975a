import assert from 'node:assert/strict'
import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import { test } from 'node:test'
import { manualClock } from '@bulkhead/base/clock.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import type { Signer, SignerState } from '@bulkhead/door/contracts/vault.ts'
import { mailSigner, type SignerPorts } from './mail-signer.ts'

const keys = generateKeyPairSync('ed25519')
const signerNamed = (selector: string, state: SignerState = 'signing'): Signer =>
  ({ selector, algorithm: 'ed25519-sha256', publicKey: '', state, sinceMs: 0 })
const message = Buffer.from('Received: from x\r\nFrom: taro@hikari.example\r\nSubject: x\r\n\r\ntext\r\n')

/** A vault with these keys of one domain; counts what it is asked. */
const given = (signers: () => readonly Signer[]) => {
  const asked: string[] = []
  const told: (string | undefined)[] = []
  const signed: Buffer[] = []
  const clock = manualClock(0)
  const ask = async (verb: string, what: { readonly domain: string; readonly signatures?: readonly { readonly selector: string; readonly bytes: string }[] }) => {
    asked.push(verb)
    const own = what.domain === 'hikari.example' ? signers() : []
    if (verb === 'signers') return { is: 'answered', answer: { signers: own } }
    if (what.signatures?.some(({ selector }) => !own.some((one) => one.selector === selector)) !== false) return { is: 'refused', refusal: 'noSuchKey' }
    const signatures = what.signatures.map(({ bytes }) => {
      signed.push(Buffer.from(bytes, 'base64'))
      return sign(null, createHash('sha256').update(Buffer.from(bytes, 'base64')).digest(), keys.privateKey).toString('base64')
    })
    return { is: 'answered', answer: { signatures } }
  }
  const vault = { ask } as unknown as SignerPorts['vault']
  return { asked, told, signed, clock, signer: mailSigner({ vault, clock, tell: ({ subject }) => void told.push(subject) }) }
}

test('every key in use signs, over header and body as they leave', async () => {
  const { signer, signed } = given(() => [signerNamed('one'), signerNamed('next', 'published'), signerNamed('two'), signerNamed('old', 'retired')])
  const fields = await signer.fields('hikari.example', message)
  assert.deepEqual([...fields.matchAll(/\bs=(\w+)/g)].map(([, selector]) => selector), ['one', 'two'])
  const bodyHash = createHash('sha256').update('text\r\n').digest('base64')
  assert.equal(fields.replaceAll(/\s/g, '').split(`bh=${bodyHash};`).length, 3)
  const [first = ''] = [...fields.replaceAll(/\s/g, '').matchAll(/;b=([A-Za-z0-9+/=]+)/g)].map(([, found]) => found ?? '')
  const digest = createHash('sha256').update(signed[0] ?? '').digest()
  assert.ok(verify(null, digest, createPublicKey(keys.privateKey), Buffer.from(first, 'base64')))
})

test('keys are asked for once a minute, and a key that went is noticed at once', async () => {
  let names = ['one']
  const { signer, asked, clock } = given(() => names.map((name) => signerNamed(name)))
  await signer.fields('hikari.example', message)
  await signer.fields('hikari.example', message)
  assert.deepEqual(asked, ['signers', 'sign', 'sign'])
  names = ['two']
  assert.match(await signer.fields('hikari.example', message), /s=two/)
  clock.advance(60_001)
  names = []
  assert.equal(await signer.fields('hikari.example', message), '')
})

test('a domain without a key goes unsigned, which is told once an hour', async () => {
  const { signer, told, clock } = given(() => [])
  for (let at = 0; at < 3; at += 1) assert.equal(await signer.fields('far.example', message), '')
  assert.deepEqual(told, ['far.example'])
  clock.advance(3_600_001)
  await signer.fields('far.example', message)
  assert.equal(told.length, 2)
})

test('a vault that is away or spent is a fault: the mail is not sent without its signature', async () => {
  const spent = { ask: async () => ({ is: 'refused', refusal: 'overBudget' }) } as unknown as SignerPorts['vault']
  const signer = mailSigner({ vault: spent, clock: manualClock(0), tell: () => assert.fail('not told') })
  await assert.rejects(signer.fields('hikari.example', message), Fault)
})
