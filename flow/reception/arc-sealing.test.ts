import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import { test } from 'node:test'
import { systemClock } from '@bulkhead/base/clock.ts'
import { answered } from '@bulkhead/door/verbs.ts'
import { arcSealer } from '@bulkhead/mail/dkim/arc-sealer.ts'
import type { SigningVault } from '@bulkhead/mail/dkim/known-signers.ts'
import { openQueued } from '@bulkhead/mail/queue/record.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { authentication } from '../authentication/authenticate.ts'
import { lineClient } from '../testing/line-client.ts'
import { testReception } from '../testing/reception.ts'
import { zoneDns } from '../testing/zone.ts'

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
const text = publicKey.export({ format: 'der', type: 'spki' }).toString('base64')
const dns = zoneDns({
  'far.example': { TXT: ['v=spf1 ip4:192.0.2.7 -all'] },
  's1._domainkey.hikari.example': { TXT: [`v=DKIM1; k=rsa; p=${text}`] },
})

/** A vault that has one key of one domain, or is away. */
const vaultWith = (away = false): SigningVault => ({
  ask: (async (verb: string, ask: { readonly domain: string; readonly signatures: readonly { readonly bytes: string }[] }) => {
    if (away) throw new Error('switched off')
    if (verb === 'signers') {
      const signer = { selector: 's1', algorithm: 'rsa-sha256', publicKey: text, state: 'signing', sinceMs: 0 } as const
      return answered({ signers: ask.domain === 'hikari.example' ? [signer] : [] })
    }
    return answered({ signatures: ask.signatures.map(({ bytes }) => sign('sha256', Buffer.from(bytes, 'base64'), privateKey).toString('base64')) })
  }) as SigningVault['ask'],
})

const message = 'From: Alice <alice@far.example>\r\nTo: a@hikari.example\r\nSubject: hello\r\n\r\ntext\r\n'

/** The one message in the queue. */
const sentOn = ({ queue, queueKeys }: Awaited<ReturnType<typeof testReception>>): string => {
  const [kept] = queue.kept.values()
  assert.ok(kept !== undefined)
  const opened = openQueued(realSealing, queueKeys.privateKey, { ...kept.message, lease: 0n, dropped: false, queuedAtMs: kept.queuedAtMs, recipients: [] })
  return opened.openBody(kept.message.body).toString('latin1')
}

const deliver = async (vault: SigningVault, seal: 'on' | 'off', content = message, sentOnTo: string | null = null): Promise<string> => {
  await using given = await testReception(1_000_000, 50_000_000, { authenticator: authentication(dns, systemClock) }, { dns, sealer: arcSealer(vault, systemClock) })
  given.lookup.setBook({ isp: { 'arc.seal': seal } })
  const taro = await given.addAccount(['taro@hikari.example'])
  if (sentOnTo !== null) await given.setRules(taro, { forwarding: { addresses: [sentOnTo], keepsCopy: false } })
  using client = lineClient(given.paths.gate)
  await client.reply()
  await client.ask('LHLO gate.example')
  await client.ask('XCLIENT ADDR=192.0.2.7 HELO=mx.far.example PROTO=ESMTP')
  await client.ask('MAIL FROM:<alice@far.example>')
  assert.match(await client.ask('RCPT TO:<taro@hikari.example>'), /^250/)
  client.send(`BDAT ${Buffer.byteLength(content)} LAST\r\n${content}`)
  assert.match(await client.reply(), /^250/)
  return sentOnTo === null ? (await given.mailIn(taro, 'INBOX'))[0] ?? '' : sentOn(given)
}

const chainOf = async (mail: string) =>
  (await authentication(dns, systemClock).begin({ peer: null, helo: 'pop.example', reversePath: '', by: 'next.example' }).end(Buffer.from(mail, 'latin1'))).arc

test('a brand that seals gives its mail a set that whoever gets it next can verify, and adds to a chain that holds', async () => {
  const once = await deliver(vaultWith(), 'on')
  assert.match(once, /^Return-Path: .*\r\nReceived: (?:.*\r\n\t)*.*\r\nARC-Seal: i=1; a=rsa-sha256; cv=none; d=hikari\.example; s=s1/)
  assert.match(once, /ARC-Authentication-Results: i=1; mx1\.hikari\.example;\r\n\tspf=pass/)
  assert.deepEqual([(await chainOf(once)).result, (await chainOf(once.replace('Subject: hello', 'Subject: other'))).result], ['pass', 'fail'])
  const twice = await deliver(vaultWith(), 'on', once)
  assert.match(twice, /ARC-Seal: i=2; a=rsa-sha256; cv=pass/)
  assert.equal((await chainOf(twice)).result, 'pass')
})

test('who did not ask for seals gets none; a vault that is away keeps no mail waiting', async () => {
  assert.doesNotMatch(await deliver(vaultWith(), 'off'), /ARC-/)
  assert.doesNotMatch(await deliver(vaultWith(true), 'on'), /ARC-/)
})

test('what its reader has sent on is sealed too, and holds where it comes to', async () => {
  const forwarded = await deliver(vaultWith(), 'on', message, 'taro@elsewhere.example')
  assert.match(forwarded, /^Received: (?:.*\r\n\t)*.*\r\nDelivered-To: taro@hikari\.example\r\nARC-Seal: i=1; a=rsa-sha256; cv=none; d=hikari\.example/)
  assert.equal((await chainOf(forwarded)).result, 'pass')
  assert.doesNotMatch(await deliver(vaultWith(), 'off', message, 'taro@elsewhere.example'), /ARC-/)
})
