import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { instancesMax } from './arc-chain.ts'
import { arcSeal } from './arc-seal.ts'
import { arcValidation, type ArcStep } from './arc-verify.ts'
import { bodyDigest } from './canonical-body.ts'
import { keyRing } from './dkim-key.ts'
import type { KeyAnswer } from './dkim-verify.ts'
import { readHeader } from './header-fields.ts'
import type { ArcOutcome, ArcResult } from './results.ts'
import { signedMessage } from './signed-message.ts'

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1_024 })
const keyText = `v=DKIM1; k=rsa; p=${publicKey.export({ format: 'der', type: 'spki' }).toString('base64')}`
const ring = keyRing(10)
const plain = Buffer.from('MIME-Version: 1.0\r\nFrom: John Q Doe <jqd@d1.example>\r\nTo: arc@list.example\r\nSubject: Example 1\r\n\r\nHey gang,\r\nThis is a test message.\r\n--J.\r\n')

/** Every key is ours, but those of domains the answers name otherwise. */
const validated = (message: Buffer, answers: Readonly<Record<string, KeyAnswer>> = {}): ArcOutcome & { readonly asked: number } => {
  let step: ArcStep = arcValidation(signedMessage(message), ring)
  let asked = 0
  while (!('outcome' in step)) {
    asked += step.keyNames.length
    step = step.next(new Map(step.keyNames.map((name) => [name, answers[name] ?? [keyText]])))
  }
  return { ...step.outcome, asked }
}

const hashOf = (message: Buffer): Buffer => {
  const digest = bodyDigest()
  digest.update(message.subarray(readHeader(message).bodyStart))
  return digest.digest()
}
const sealed = (message: Buffer, domain: string, chain: ArcResult = validated(message).result): Buffer => {
  const sealing = arcSeal({ domain, signer: { selector: 's', algorithm: 'rsa-sha256' }, header: message, bodyHash: hashOf(message), chain, results: ` ${domain};\r\n\tspf=pass`, atMs: 0 })
  assert.ok(sealing !== undefined)
  const { toSign, fields } = sealing.sealed(sign('sha256', sealing.toSign.bytes, privateKey).toString('base64'))
  return Buffer.concat([Buffer.from(fields(sign('sha256', toSign.bytes, privateKey).toString('base64'))), message])
}
const times = (count: number): Buffer => Array.from({ length: count }, (_, at) => `d${at + 1}.example`).reduce<Buffer>((message, domain) => sealed(message, domain), plain)
const edited = (message: Buffer, from: string | RegExp, to: string): Buffer => Buffer.from(message.toString('latin1').replace(from, to), 'latin1')
const fieldsOf = (message: Buffer, name: string): readonly string[] => readHeader(message).fields.filter((field) => field.name === name).map(({ text }) => text)

test('no field of ARC is no chain', () => assert.equal(validated(plain).result, 'none'))

test('chains of one, three and fifty sets hold; nobody seals a full one', () => {
  assert.deepEqual([validated(times(1)).result, validated(times(3)).hops.map(({ domain }) => domain)], ['pass', ['d1.example', 'd2.example', 'd3.example']])
  const full = times(instancesMax)
  assert.equal(validated(full).result, 'pass')
  assert.equal(arcSeal({ domain: 'x.example', signer: { selector: 's', algorithm: 'rsa-sha256' }, header: full, bodyHash: hashOf(full), chain: 'pass', results: '', atMs: 0 }), undefined)
})

test('RFC 8617 section 5.2: only the latest message signature has to hold, and the oldest that does is told', () => {
  const changed = edited(times(2), 'Subject: Example 1', 'Subject: [list] Example 1')
  assert.equal(validated(changed).reason, 'message signature 2: signature did not verify')
  const again = sealed(changed, 'd3.example', 'pass')
  assert.deepEqual([validated(again).result, validated(again).oldestPass], ['pass', 3])
  assert.deepEqual([validated(times(3)).oldestPass], [0])
})

test('every set has each field once, from 1 up without a gap', () => {
  const two = times(2)
  for (const name of ['arc-seal', 'arc-message-signature', 'arc-authentication-results']) {
    const [latest = '', first = ''] = fieldsOf(two, name)
    assert.equal(validated(edited(two, latest, '')).result, 'fail', name)
    assert.equal(validated(edited(two, first, '')).result, 'fail', name)
    assert.equal(validated(edited(two, latest, latest + latest)).result, 'fail', name)
    assert.equal(validated(edited(two, latest, latest.replace('i=2', 'i=3'))).result, 'fail', name)
    assert.equal(validated(edited(two, first, first.replace('i=1', 'i=0'))).result, 'fail', name)
    assert.equal(validated(edited(two, first, first.replace('i=1', 'i=51'))).result, 'fail', name)
    assert.equal(validated(edited(two, first, first.replace('i=1', 'i=x'))).result, 'fail', name)
  }
})

test('order of the fields in the header means nothing', () => {
  const two = times(2)
  const seals = fieldsOf(two, 'arc-seal')
  const moved = edited(edited(two, seals[0] ?? '', ''), 'MIME-Version', `${seals[0]}MIME-Version`)
  assert.equal(validated(moved).result, 'pass')
})

test('cv is none in the first seal and pass in the others', () => {
  const forged = (from: string, to: string): string | null => {
    const [latest = '', first = ''] = fieldsOf(times(2), 'arc-seal')
    const field = from === 'none' ? first : latest
    return validated(edited(times(2), field, field.replace(`cv=${from}`, `cv=${to}`))).reason
  }
  assert.deepEqual([forged('none', 'pass'), forged('none', 'fail'), forged('pass', 'none'), forged('pass', 'fail')],
    ['cv of seal 1', 'cv of seal 1', 'cv of seal 2', 'a sealer saw it fail'])
})

test('a seal has no h and no bh, and needs its tags; a message signature does not cover seals', () => {
  const one = times(1)
  const [seal = ''] = fieldsOf(one, 'arc-seal')
  for (const [from, to] of [['cv=', 'h=from; cv='], ['cv=', 'bh=AA==; cv='], ['d=d1.example', 'e=d1.example'], [' s=s', ' u=s'], ['t=0', 't=now'], ['b=', 'c=']] as const) {
    assert.equal(validated(edited(one, seal, seal.replace(from, to))).reason, 'a seal can not be read', to)
  }
  assert.equal(validated(edited(one, 'h=from:', 'h=arc-seal:from:')).reason, 'message signature 1: a seal is signed')
  assert.equal(validated(edited(one, seal, seal.replace('rsa-sha256', 'rsa-sha1'))).reason, 'seal 1: rsa-sha1 is not accepted')
})

test('a made-up chain of fifty sets costs one question', () => {
  const made = Array.from({ length: instancesMax }, (_, at) => {
    const tags = `i=${at + 1}; a=rsa-sha256; d=d${at}.example; s=s; b=AAAA;`
    return `ARC-Seal: ${tags} cv=${at === 0 ? 'none' : 'pass'}\r\nARC-Message-Signature: ${tags} h=from; c=relaxed/relaxed; bh=${hashOf(plain).toString('base64')}\r\nARC-Authentication-Results: i=${at + 1}; x\r\n`
  }).toReversed().join('')
  const found = validated(Buffer.concat([Buffer.from(made), plain]))
  assert.deepEqual([found.result, found.asked], ['fail', 1])
  assert.equal(validated(Buffer.concat([Buffer.from('ARC-Seal: i=1\r\n'.repeat(4_000)), plain])).reason, 'too many arc-seal')
})

test('keys that are missing fail, keys nobody can ask for are a matter of time', () => {
  const two = times(2)
  assert.equal(validated(two, { 's._domainkey.d1.example': 'none' }).reason, 'seal 1: no key')
  assert.equal(validated(two, { 's._domainkey.d1.example': 'away' }).result, 'temperror')
  assert.equal(validated(two, { 's._domainkey.d2.example': 'away' }).result, 'temperror')
})

test('a failed chain is sealed once more, alone, and that is the end', () => {
  const broken = edited(times(2), 'spf=pass', 'spf=fail')
  assert.equal(validated(broken).result, 'fail')
  const over = sealed(broken, 'd3.example')
  assert.equal(validated(over).reason, 'a sealer saw it fail')
  assert.equal(arcSeal({ domain: 'x.example', signer: { selector: 's', algorithm: 'rsa-sha256' }, header: over, bodyHash: hashOf(over), chain: 'fail', results: '', atMs: 0 }), undefined)
})

test('results with an address in UTF-8 are sealed as they are sent', () => {
  const sealing = arcSeal({ domain: 'd.example', signer: { selector: 's', algorithm: 'rsa-sha256' }, header: plain, bodyHash: hashOf(plain), chain: 'none', results: ' d.example;\r\n\tspf=pass smtp.mailfrom="佐藤@x.example"', atMs: 0 })
  assert.ok(sealing !== undefined)
  const { toSign, fields } = sealing.sealed(sign('sha256', sealing.toSign.bytes, privateKey).toString('base64'))
  const message = Buffer.concat([Buffer.from(fields(sign('sha256', toSign.bytes, privateKey).toString('base64')), 'utf8'), plain])
  assert.equal(validated(message).reason, null)
})

test('any changed byte of a seal, its results or its signature breaks the chain, and nothing throws', () => {
  const two = times(2)
  const end = two.indexOf('MIME-Version') - 2
  // White space folds: a space in the place of a CR or LF that stands before some means what it did.
  const canonical = (bytes: Buffer): string => bytes.toString('latin1').toLowerCase().replace(/[ \t\r\n]+/g, ' ')
  fc.assert(
    fc.property(fc.integer({ min: 0, max: end - 1 }), fc.integer({ min: 0x20, max: 0x7e }), (at, byte) => {
      // The padding of a signature and the last letter before it have bits that mean nothing.
      if (/^.?=\r/.test(two.toString('latin1', at, at + 3))) return
      const changed = Buffer.from(two)
      changed[at] = byte
      if (canonical(changed) !== canonical(two)) assert.equal(validated(changed).result, 'fail', `${at}: ${byte}`)
    }),
    { numRuns: 600 },
  )
})
