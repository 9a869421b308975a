/** Both ways with dkimpy: they verify what we sign, we verify what they sign, and both say the same of what was changed. */
import assert from 'node:assert/strict'
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { test } from 'node:test'
import { manualClock } from '@bulkhead/base/clock.ts'
import { authentication, type Authentication } from '@bulkhead/flow/authentication/authenticate.ts'
import { zoneDns } from '@bulkhead/flow/testing/zone.ts'
import { arcSeal } from '@bulkhead/wire/mailauth/arc-seal.ts'
import { bodyDigest } from '@bulkhead/wire/mailauth/canonical-body.ts'
import { dkimSignature } from '@bulkhead/wire/mailauth/dkim-sign.ts'
import { readHeader } from '@bulkhead/wire/mailauth/header-fields.ts'
import { generatedMail } from '../bench/mails.ts'
import { random } from '../corpus/random.ts'
import { dkimpy, type Job } from './dkimpy.ts'

const domain = 'hikari.example'
const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 })
const seed = createHash('sha256').update('a key of these tests').digest()
const ed = createPrivateKey({ key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]), format: 'der', type: 'pkcs8' })
const edPublic = Buffer.from(createPublicKey(ed).export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64')
const dns = {
  [`r1._domainkey.${domain}`]: `v=DKIM1; k=rsa; p=${rsa.publicKey.export({ format: 'der', type: 'spki' }).toString('base64')}`,
  [`e1._domainkey.${domain}`]: `v=DKIM1; k=ed25519; p=${edPublic}`,
}
const theirKeys = { r1: rsa.privateKey.export({ format: 'pem', type: 'pkcs1' }).toString(), e1: seed.toString('base64') }
const algorithms = { r1: 'rsa-sha256', e1: 'ed25519-sha256' } as const
type Selector = keyof typeof algorithms

const clock = manualClock(Date.now())
const authenticator = authentication(zoneDns(Object.fromEntries(Object.entries(dns).map(([name, text]) => [name, { TXT: [text] }]))), clock)
const ours = (message: Buffer): Promise<Authentication> =>
  authenticator.begin({ peer: '192.0.2.1', helo: 'h.example', reversePath: 'a@hikari.example', by: 'mx.example' }).end(message)
const passes = async (message: Buffer): Promise<readonly boolean[]> => (await ours(message)).dkim.map(({ result }) => result === 'pass')

const vaultSigns = (selector: string, bytes: Buffer): string =>
  (selector === 'e1' ? sign(null, createHash('sha256').update(bytes).digest(), ed) : sign('sha256', bytes, rsa.privateKey)).toString('base64')
const hashOf = (message: Buffer): Buffer => {
  const digest = bodyDigest()
  digest.update(message.subarray(readHeader(message).bodyStart))
  return digest.digest()
}
const signedByUs = (message: Buffer): Buffer => {
  const signing = dkimSignature({
    domain, header: message, bodyHash: hashOf(message), atMs: clock.now(),
    signers: (['r1', 'e1'] as const).map((selector) => ({ selector, algorithm: algorithms[selector] })),
  })
  return Buffer.concat([Buffer.from(signing.fields(signing.toSign.map(({ selector, bytes }) => vaultSigns(selector, bytes)))), message])
}
const sealedByUs = async (message: Buffer): Promise<Buffer> => {
  const { arc, field } = await ours(message)
  const sealing = arcSeal({ domain, signer: { selector: 'r1', algorithm: 'rsa-sha256' }, header: message, bodyHash: hashOf(message), chain: arc.result, results: field, atMs: clock.now() })
  assert.ok(sealing !== undefined)
  const { toSign, fields } = sealing.sealed(vaultSigns('r1', sealing.toSign.bytes))
  return Buffer.concat([Buffer.from(fields(vaultSigns('r1', toSign.bytes))), message])
}

const header = 'From: Alice <alice@hikari.example>\r\nTo: bob@far.example\r\nSubject: =?UTF-8?B?5L2Q6Jek?=\r\n  folded \t twice\r\nDate: Sat, 21 Nov 2026 09:00:00 +0900\r\nMessage-ID: <1@hikari.example>\r\n'
const bodies = ['', '\r\n', ' \r\n\r\n', 'no line end', 'Hello  Bob \t\r\n\r\n  indented\r\n\r\n\r\n', '\t \r\n x\r\n', '\r\n\r\nlate', `${'x'.repeat(5_000)}\r\n`, '日本語  です\r\n']
const messages = [...bodies.map((body) => Buffer.from(`${header}\r\n${body}`)), ...[1, 2, 3].map((number) => generatedMail(number, 10_240))]

/**
 * Changes that leave a field in front and lines ended by CRLF, as SMTP does: of a fold without a field, of lone CR and LF, of blanks
 * behind the last line end and before a colon others think differently. The ends of signatures hold bits that mean nothing.
 */
const changed = (message: Buffer, below: (limit: number) => number): Buffer => {
  const lines = message.toString('latin1').split('\r\n')
  const drawn = 1 + below(lines.length - 1)
  const at = lines[drawn]?.endsWith('=') === true ? 1 : drawn
  const line = lines[at] ?? ''
  const anywhere = below(line.length + 1)
  const column = line[anywhere] === ':' ? 0 : anywhere
  const kinds: readonly (() => void)[] = [
    () => void lines.splice(at, 1),
    () => void lines.splice(at, 0, line),
    () => void lines.splice(at, 0, ''),
    () => void (lines[at] = `${line.slice(0, column)}  ${line.slice(column)}`),
    () => void (lines[at] = `${line} \t`),
    () => void (lines[at] = `${line.slice(0, column)}q${line.slice(column + 1)}`),
    () => void (lines[at] = line.slice(0, column)),
    () => void lines.push('', '', ''),
  ]
  kinds[below(kinds.length)]?.()
  const text = lines.join('\r\n')
  return Buffer.from(text.endsWith('\r\n') ? text : `${text}\r\n`, 'latin1')
}
const signatureCount = (message: Buffer): number => readHeader(message).fields.filter(({ name }) => name === 'dkim-signature').length

test('they verify what we sign', async () => {
  const jobs = messages.map((message): Job => ({ do: 'verify', message: signedByUs(message), signatures: 2 }))
  for (const [at, answer] of (await dkimpy(dns, jobs)).entries()) assert.deepEqual(answer, [true, true], String(at))
})

test('we verify what they sign, by every canonicalization and algorithm, with a length and without', async () => {
  const ways = ['simple/simple', 'simple/relaxed', 'relaxed/simple', 'relaxed/relaxed'].flatMap((canonicalize) =>
    (['r1', 'e1'] as const).flatMap((selector) => [false, true].map((length) => ({ canonicalize, selector, length }))))
  const jobs = ways.flatMap(({ canonicalize, selector, length }) => messages.map((message): Job =>
    ({ do: 'sign', message, selector, domain, key: theirKeys[selector as Selector], canonicalize, algorithm: algorithms[selector], length })))
  for (const [at, field] of (await dkimpy(dns, jobs)).entries()) {
    const message = jobs[at]?.message ?? Buffer.alloc(0)
    assert.ok(typeof field === 'string')
    assert.deepEqual((await ours(Buffer.concat([Buffer.from(field), message]))).dkim.map(({ result, reason }) => [result, reason]), [['pass', null]], field)
  }
})

test('both say the same of what was changed on the way', async () => {
  const { below } = random(20_261_121)
  const sources = messages.filter((message) => message.toString('latin1').endsWith('\r\n'))
  const jobs = ['simple/simple', 'simple/relaxed', 'relaxed/simple'].flatMap((canonicalize) => sources.map((message): Job =>
    ({ do: 'sign', message, selector: 'r1', domain, key: theirKeys.r1, canonicalize, algorithm: 'rsa-sha256', length: false })))
  const fields = await dkimpy(dns, jobs)
  const signedByThem = jobs.map(({ message }, at) => Buffer.concat([Buffer.from(String(fields[at])), message]))
  const altered = [...messages.map(signedByUs), ...signedByThem].flatMap((message) => Array.from({ length: 12 }, () => changed(message, below)))
  const theirs = await dkimpy(dns, altered.map((message): Job => ({ do: 'verify', message, signatures: signatureCount(message) })))
  const said = await Promise.all(altered.map(passes))
  assert.ok(said.flat().includes(true) && said.flat().includes(false))
  for (const [at, answer] of theirs.entries()) assert.deepEqual(said[at], answer, altered[at]?.toString('latin1') ?? '')
})

test('chains of seals made by them and by us hold for both, and break for both', async () => {
  const original = signedByUs(messages[4] ?? Buffer.alloc(0))
  const results = Buffer.from('Authentication-Results: mx.example; dkim=pass header.d=hikari.example; arc=none\r\n')
  const theirSeal = async (message: Buffer): Promise<Buffer> => {
    const stamped = Buffer.concat([Buffer.from(results.toString().replace('arc=none', message.includes('ARC-Seal') ? 'arc=pass' : 'arc=none')), message])
    const [fields] = await dkimpy(dns, [{ do: 'arcSign', message: stamped, selector: 'r1', domain, key: theirKeys.r1, by: 'mx.example' }])
    assert.ok(typeof fields === 'string' && fields !== '')
    return Buffer.concat([Buffer.from(fields), stamped])
  }
  const chains = [await sealedByUs(original), await sealedByUs(await sealedByUs(original)), await theirSeal(original)]
  chains.push(await sealedByUs(chains[2] ?? original), await theirSeal(chains[1] ?? original))
  for (const [at, chain] of chains.entries()) assert.deepEqual([at, (await ours(chain)).arc.result, (await ours(chain)).arc.reason], [at, 'pass', null])
  assert.deepEqual(await dkimpy(dns, chains.map((message): Job => ({ do: 'arcVerify', message }))), chains.map(() => 'pass'))
  const broken = chains.flatMap((chain) => ['dkim=pass', 'Hello  Bob', 'alice@hikari', 'cv=none'].map((text) => {
    const at = chain.indexOf(text)
    return Buffer.concat([chain.subarray(0, at), Buffer.from(text.replace(/.$/, 'X')), chain.subarray(at + text.length)])
  }))
  for (const message of broken) assert.equal((await ours(message)).arc.result, 'fail', message.toString('latin1'))
  assert.deepEqual(new Set(await dkimpy(dns, broken.map((message): Job => ({ do: 'arcVerify', message })))), new Set(['fail']))
})
