import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { bodyDigest, canonicalBody } from './canonical-body.ts'
import { relaxedField } from './canonical-header.ts'
import { keyRing } from './dkim-key.ts'
import { dkimSignature } from './dkim-sign.ts'
import { dkimCandidates, type KeyAnswer } from './dkim-verify.ts'
import { readHeader } from './header-fields.ts'
import type { DkimOutcome } from './results.ts'
import { signedMessage } from './signed-message.ts'

const atMs = Date.UTC(2026, 10, 21)
const ring = keyRing(100)

const verified = (message: Buffer, keys: Readonly<Record<string, KeyAnswer>>, nowMs = atMs): readonly DkimOutcome[] =>
  dkimCandidates(signedMessage(message), ring, nowMs).map(({ keyName, verdict }) => verdict(keyName === null ? 'none' : (keys[keyName] ?? 'none')))

const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 })
const ed = generateKeyPairSync('ed25519')
const rsaText = `v=DKIM1; k=rsa; p=${rsa.publicKey.export({ format: 'der', type: 'spki' }).toString('base64')}`
const edText = `v=DKIM1; k=ed25519; p=${Buffer.from(ed.publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64')}`
const published = { 'r1._domainkey.hikari.example': [rsaText], 'e1._domainkey.hikari.example': [edText] }

const signature = (key: KeyObject, bytes: Buffer): string =>
  (key.asymmetricKeyType === 'rsa' ? sign('sha256', bytes, key) : sign(null, createHash('sha256').update(bytes).digest(), key)).toString('base64')

const header = [
  'From: =?UTF-8?B?5L2Q6Jek?= <alice@hikari.example>', 'To: bob@far.example', 'Subject:  two   words\r\n\tfolded ',
  'Date: Sat, 21 Nov 2026 09:00:00 +0900', 'Message-ID: <1@hikari.example>', 'MIME-Version: 1.0', 'X-Mailer: none',
].join('\r\n')
const body = 'Hello  Bob, \r\n\r\n\tthis is  it\t \r\n \r\n\r\n'
const plain = Buffer.from(`${header}\r\n\r\n${body}`)

const signed = (message: Buffer): Buffer => {
  const digest = bodyDigest()
  digest.update(message.subarray(readHeader(message).bodyStart))
  const signing = dkimSignature({
    domain: 'hikari.example', header: message, bodyHash: digest.digest(), atMs,
    signers: [{ selector: 'r1', algorithm: 'rsa-sha256' }, { selector: 'e1', algorithm: 'ed25519-sha256' }],
  })
  const [first, second] = signing.toSign
  assert.ok(first !== undefined && second !== undefined)
  return Buffer.concat([Buffer.from(signing.fields([signature(rsa.privateKey, first.bytes), signature(ed.privateKey, second.bytes)])), message])
}
const results = (message: Buffer): readonly string[] => verified(message, published).map(({ result }) => result)

test('what we sign verifies, with RSA and Ed25519 side by side', () => {
  const outcomes = verified(signed(plain), published)
  assert.deepEqual(outcomes.map(({ result, domain, selector, algorithm, keyBits }) => ({ result, domain, selector, algorithm, keyBits })), [
    { result: 'pass', domain: 'hikari.example', selector: 'r1', algorithm: 'rsa-sha256', keyBits: 2_048 },
    { result: 'pass', domain: 'hikari.example', selector: 'e1', algorithm: 'ed25519-sha256', keyBits: 256 },
  ])
})

test('lines of our fields are short', () => {
  for (const line of signed(plain).toString('latin1').split('\r\n')) assert.ok(line.length <= 78, line)
})

test('what relays may do to white space changes nothing', () => {
  const changed = signed(plain).toString('latin1').replace('two   words\r\n\tfolded ', 'two words folded').replace('Bob, \r\n', 'Bob,\r\n').replace(/(\r\n)+$/, '\r\n')
  assert.deepEqual(results(Buffer.from(changed, 'latin1')), ['pass', 'pass'])
})

test('no second From, Subject or Reply-To can be added, above or below', () => {
  const message = signed(plain).toString('latin1')
  for (const field of ['From: eve@bad.example', 'Subject: pay now', 'Reply-To: eve@bad.example', 'Content-Type: text/html']) {
    assert.deepEqual(results(Buffer.from(`${field}\r\n${message}`, 'latin1')), ['fail', 'fail'], field)
    assert.deepEqual(results(Buffer.from(message.replace('X-Mailer', `${field}\r\nX-Mailer`), 'latin1')), ['fail', 'fail'], field)
  }
})

test('any changed byte that matters fails', () => {
  const message = signed(plain)
  const start = message.indexOf('From: ')
  const unsigned = message.indexOf('X-Mailer')
  fc.assert(
    fc.property(fc.integer({ min: start, max: message.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, by) => {
      const changed = Buffer.from(message)
      changed[at] = ((changed[at] ?? 0) + by) % 256
      if (at >= unsigned && at <= unsigned + 'X-Mailer: none'.length) return
      const canonical = (bytes: Buffer): string => {
        const { fields, bodyStart } = readHeader(bytes)
        return fields.map(({ text }) => relaxedField(text)).join('') + Buffer.concat([...canonicalBody(bytes.subarray(bodyStart), 'relaxed')]).toString('latin1')
      }
      if (canonical(changed) !== canonical(message)) assert.ok(!results(changed).includes('pass'), String(at))
    }),
    { numRuns: 400 },
  )
})

test('any changed byte of a signature field fails it', () => {
  const message = signed(plain)
  // The last letter before `==` has bits that mean nothing.
  const end = message.indexOf('==\r\nDKIM-Signature:') - 1
  fc.assert(
    fc.property(fc.integer({ min: 'DKIM-Signature:'.length, max: end - 1 }), fc.integer({ min: 0x21, max: 0x7e }), (at, byte) => {
      const before = message[at] ?? 0
      if (byte === before || before <= 0x20 || (before | 0x20) === (byte | 0x20)) return
      const changed = Buffer.from(message)
      changed[at] = byte
      assert.notEqual(results(changed)[0], 'pass')
    }),
    { numRuns: 400 },
  )
})

/** RFC 8463 appendix A: one message, two signatures. */
const rfc8463 = [
  'DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;',
  ' d=football.example.com; i=@football.example.com;',
  ' q=dns/txt; s=brisbane; t=1528637909; h=from : to :',
  ' subject : date : message-id : from : subject : date;',
  ' bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;',
  ' b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus',
  ' Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==',
  'DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;',
  ' d=football.example.com; i=@football.example.com;',
  ' q=dns/txt; s=test; t=1528637909; h=from : to : subject :',
  ' date : message-id : from : subject : date;',
  ' bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;',
  ' b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3',
  ' DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz',
  ' dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=',
  'From: Joe SixPack <joe@football.example.com>',
  'To: Suzie Q <suzie@shopping.example.net>',
  'Subject: Is dinner ready?',
  'Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)',
  'Message-ID: <20030712040037.46341.5F8J@football.example.com>',
  '', 'Hi.', '', 'We lost the game.  Are you hungry yet?', '', 'Joe.', '',
].join('\r\n')
const rfc8463Keys = {
  'brisbane._domainkey.football.example.com': ['v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo='],
  'test._domainkey.football.example.com': [
    'v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB',
  ],
}

test('RFC 8463 appendix A verifies', () => {
  const outcomes = verified(Buffer.from(rfc8463), rfc8463Keys)
  assert.deepEqual(outcomes.map(({ result, reason, keyBits }) => [result, reason, keyBits]), [['pass', null, 256], ['pass', null, 1_024]])
})

test('RFC 8463 appendix A, with one letter changed, fails', () => {
  assert.deepEqual(verified(Buffer.from(rfc8463.replace('hungry', 'hangry')), rfc8463Keys).map(({ result }) => result), ['fail', 'fail'])
})

/** RFC 6376 appendix A.2, with the key of appendix C. */
const rfc6376 = [
  'DKIM-Signature: v=1; a=rsa-sha256; s=brisbane; d=example.com;', '      c=simple/simple; q=dns/txt; i=joe@football.example.com;',
  '      h=Received : From : To : Subject : Date : Message-ID;', '      bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;',
  '      b=AuUoFEfDxTDkHlLXSZEpZj79LICEps6eda7W3deTVFOk4yAUoqOB', '      4nujc7YopdG5dWLSdNg6xNAZpOPr+kHxt1IrE+NahM6L/LbvaHut',
  '      KVdkLLkpVaVVQPzeRDI009SO2Il5Lu7rDNH6mZckBdrIx0orEtZV', '      4bmp/YzhwvcubU4=;',
  'Received: from client1.football.example.com  [192.0.2.1]', '      by submitserver.example.com with SUBMISSION;', '      Fri, 11 Jul 2003 21:01:54 -0700 (PDT)',
  ...rfc8463.slice(rfc8463.indexOf('From: Joe')).replace('game.  Are', 'game. Are').split('\r\n'),
].join('\r\n')

test('RFC 6376 appendix A.2 verifies', () => {
  const key = 'v=DKIM1; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYtIxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB'
  assert.deepEqual(verified(Buffer.from(rfc6376), { 'brisbane._domainkey.example.com': [key] }).map(({ result, reason }) => [result, reason]), [['pass', null]])
  assert.equal(verified(Buffer.from(rfc6376.replace('[192.0.2.1]', '[192.0.2.2]')), { 'brisbane._domainkey.example.com': [key] })[0]?.result, 'fail')
})

/** RFC 6376 section 3.4.5. */
test('RFC 6376 section 3.4.5: canonicalization of the examples', () => {
  assert.equal(relaxedField('A: X\r\n') + relaxedField('B : Y\t\r\n\tZ  \r\n'), 'a:X\r\nb:Y Z\r\n')
  const example = Buffer.from(' C \r\nD \t E\r\n\r\n\r\n')
  assert.equal(Buffer.concat([...canonicalBody(example, 'relaxed')]).toString(), ' C\r\nD E\r\n')
  assert.equal(Buffer.concat([...canonicalBody(example, 'simple')]).toString(), ' C \r\nD \t E\r\n')
  assert.equal(Buffer.concat([...canonicalBody(Buffer.alloc(0), 'simple')]).toString(), '\r\n')
  assert.equal(Buffer.concat([...canonicalBody(Buffer.alloc(0), 'relaxed')]).toString(), '')
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64')
  assert.equal(sha256('\r\n'), 'frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=')
})

/** Slow and obvious: lines, then blanks, then the end. */
const naiveRelaxed = (text: string): string => {
  const lines = text.split('\r\n').map((line) => line.replace(/[ \t]+/g, ' ').replace(/ $/, ''))
  while (lines.at(-1) === '') lines.pop()
  return lines.length === 0 ? '' : `${lines.join('\r\n')}\r\n`
}
const naiveSimple = (text: string): string => `${text.replace(/(\r\n)*$/, '')}\r\n`
const anyBody = fc.array(fc.constantFrom('a', ' ', '\t', '\r\n', '\r', '\n', 'word', '\r\n\r\n', '\xff'), { maxLength: 40 }).map((parts) => parts.join(''))

test('canonical bodies are those of a naive reference, whatever the chunks', () => {
  fc.assert(
    fc.property(anyBody, fc.integer({ min: 1, max: 7 }), (text, step) => {
      const bytes = Buffer.from(text, 'latin1')
      assert.equal(Buffer.concat([...canonicalBody(bytes, 'relaxed')]).toString('latin1'), naiveRelaxed(text))
      assert.equal(Buffer.concat([...canonicalBody(bytes, 'simple')]).toString('latin1'), naiveSimple(text))
      const digest = bodyDigest()
      for (let at = 0; at < bytes.length; at += step) digest.update(bytes.subarray(at, at + step))
      assert.deepEqual(digest.digest(), createHash('sha256').update(naiveRelaxed(text), 'latin1').digest())
    }),
    { numRuns: 3_000 },
  )
})

test('no bytes make it throw', () => {
  const parts = fc.constantFrom('DKIM-Signature:', 'v=1;', 'a=rsa-sha256;', 'b=', 'bh=AA==;', 'd=x.example;', 's=a;', 'h=from', ':', ';', '\r\n', ' ', 'From: x\r\n', '=', 'l=9999;', 'c=a/b/c;', '\xff')
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 30 }), (list) => {
      for (const { keyName, verdict } of dkimCandidates(signedMessage(Buffer.from(list.join(''), 'latin1')), ring, atMs)) {
        assert.notEqual(verdict(keyName === null ? 'none' : [rsaText, edText, 'p=', 'v=DKIM1; p=AAAA', '']).result, 'pass')
      }
    }),
    { numRuns: 1_500 },
  )
})

interface Made {
  readonly tags?: string
  readonly identity?: string
  readonly message?: string
}

/** A signature of today with tags of one's own, made with the RSA key. */
const handMade = ({ tags = '', identity, message = 'From: a@hikari.example\r\n\r\nbody\r\n' }: Made, hashed = 'body\r\n', algorithm = 'rsa-sha256'): Buffer => {
  const bh = createHash('sha256').update(hashed).digest('base64')
  const i = identity === undefined ? '' : ` i=${identity};`
  const field = `DKIM-Signature: v=1; a=${algorithm}; c=relaxed/relaxed; d=hikari.example; s=r1;${i} h=from; bh=${bh};${tags} b=`
  const bytes = Buffer.from(relaxedField(message.slice(0, message.indexOf('\r\n') + 2)) + relaxedField(`${field}\r\n`).slice(0, -2), 'latin1')
  return Buffer.from(`${field}${signature(rsa.privateKey, bytes)}\r\n${message}`, 'latin1')
}
const one = (message: Buffer, text = rsaText, nowMs = atMs): DkimOutcome => {
  const [first] = verified(message, { 'r1._domainkey.hikari.example': [text] }, nowMs)
  assert.ok(first !== undefined)
  return first
}

test('rules beside the signature', () => {
  assert.equal(one(handMade({})).result, 'pass')
  assert.equal(one(handMade({ tags: ' x=1;' })).reason, 'signature expired')
  assert.equal(one(handMade({ tags: ' t=5; x=4;' })).reason, 'expires before it was made')
  assert.equal(one(handMade({ tags: ' l=6;' })).result, 'pass')
  assert.deepEqual([one(handMade({ tags: ' l=2;' }, 'bo')).result, one(handMade({ tags: ' l=2;' }, 'bo')).reason], ['policy', 'l leaves a part of the body unsigned'])
  assert.equal(one(handMade({ tags: ' l=7;' })).reason, 'l is more than the body')
  assert.equal(one(handMade({ identity: 'x@sub.hikari.example' })).result, 'pass')
  assert.equal(one(handMade({ identity: '@evil.example' })).reason, 'identity is not within domain')
  assert.equal(one(handMade({ tags: ' q=http/get;' })).reason, 'unknown query method')
  assert.equal(one(handMade({ tags: ' v=1;' })).reason, 'not a list of tags')
  assert.equal(one(handMade({}, 'body\r\n', 'rsa-sha1')).reason, 'rsa-sha1 is not accepted')
  assert.equal(one(handMade({}, 'other\r\n')).reason, 'body hash did not verify')
})

test('rules of the key', () => {
  assert.equal(one(handMade({}), `${rsaText}; t=y`).testing, true)
  assert.equal(one(handMade({}, 'other\r\n'), `${rsaText}; t=y`).result, 'neutral')
  assert.equal(one(handMade({ identity: 'x@sub.hikari.example' }), `${rsaText}; t=s`).result, 'permerror')
  assert.equal(one(handMade({}), `${rsaText}; s=tlsrpt`).reason, 'key is not for mail')
  assert.equal(one(handMade({}), `${rsaText}; h=sha1`).reason, 'key is not for this algorithm')
  assert.equal(one(handMade({}), 'v=DKIM1; p=').reason, 'key is revoked')
  assert.equal(one(handMade({}), edText).reason, 'key is not for this algorithm')
  assert.equal(one(handMade({}), 'v=DKIM1; k=rsa; p=AAAA').reason, 'key can not be read')
  assert.equal(one(handMade({}), rsaText.replace('v=DKIM1; ', '')).result, 'pass')
  assert.equal(one(handMade({}), rsaText.replace('v=DKIM1; k=rsa;', 'k=rsa; v=DKIM1;')).reason, 'no key')
  const short = generateKeyPairSync('rsa', { modulusLength: 768 }).publicKey.export({ format: 'der', type: 'spki' }).toString('base64')
  assert.deepEqual([one(handMade({}), `p=${short}`).result, one(handMade({}), `p=${short}`).reason], ['policy', 'key is too short'])
  const bare = rsa.publicKey.export({ format: 'der', type: 'pkcs1' }).toString('base64')
  assert.equal(one(handMade({}), `p=${bare}`).result, 'pass')
  assert.equal(verified(handMade({}), { 'r1._domainkey.hikari.example': 'away' })[0]?.result, 'temperror')
})

test('a line in the header that is no field breaks every signature: others end the header there', () => {
  const message = signed(plain).toString('latin1')
  for (const line of ['no field', 'two words: x', ': x', 'From\xa0: x']) {
    const outcomes = verified(Buffer.from(message.replace('X-Mailer', `${line}\r\nX-Mailer`), 'latin1'), published)
    assert.deepEqual(outcomes.map(({ result, reason }) => [result, reason]), outcomes.map(() => ['permerror', 'a header line that is no field']), line)
  }
  assert.deepEqual(results(Buffer.from(message.replace('Subject:', 'Subject \t:'), 'latin1')), ['pass', 'pass'])
})

test('of many signatures the first ten are looked at', () => {
  assert.equal(verified(Buffer.from('DKIM-Signature: v=1\r\n'.repeat(500)), {}).length, 10)
})

test('a body is hashed in few ways only, whatever the signatures ask for', () => {
  const fields = Array.from({ length: 10 }, (_, at) => `DKIM-Signature: v=1; a=rsa-sha256; d=x.example; s=s; h=from; l=${at}; b=AA==; bh=AA==\r\n`).join('')
  const reasons = verified(Buffer.from(`${fields}From: a@x.example\r\n\r\n0123456789\r\n`), { 's._domainkey.x.example': [rsaText] }).map(({ reason }) => reason)
  assert.deepEqual(new Set(reasons.slice(0, 4)), new Set(['body hash did not verify']))
  assert.deepEqual(new Set(reasons.slice(4)), new Set(['too many ways to hash the body']))
})

test('megabytes of blanks, empty lines and fields take no longer than others', () => {
  for (const piece of [' ', '\r\n', ' \r\n', '\t\r', '\n']) {
    const bytes = Buffer.from(piece.repeat(Math.floor(4_000_000 / piece.length)))
    const before = performance.now()
    signedMessage(Buffer.concat([Buffer.from('\r\n'), bytes])).bodyHash('relaxed', null)
    signedMessage(Buffer.concat([Buffer.from('\r\n'), bytes])).bodyHash('simple', null)
    relaxedField(`X: ${bytes.toString('latin1')}x\r\n`)
    assert.ok(performance.now() - before < 30_000, piece)
  }
})

