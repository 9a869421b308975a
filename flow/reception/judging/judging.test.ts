import assert from 'node:assert/strict'
import { test } from 'node:test'
import { entryOf } from '@bulkhead/mail/filtering/entries.ts'
import { noFilter, type AccountFilter } from '@bulkhead/mail/ports/directory.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import type { Authentication, Authenticator } from '../../authentication/authenticate.ts'
import { lineClient, type LineClient } from '../../testing/line-client.ts'
import { testReception } from '../../testing/reception.ts'
import type { Scanned } from './evidence.ts'
import type { Scanner } from './scanner.ts'

/** What a scanner double says is written in the message. */
const scannerDouble = (stage: 'virus' | 'spam', given: Partial<Scanner> = {}): Scanner => ({
  name: stage === 'virus' ? 'clamav' : 'rspamd', stage, whenAway: 'accept', sizeBytesMax: 1_000_000,
  async scan({ message }) {
    const text = message.toString('latin1')
    if (text.includes(`${stage} away`)) throw new Fault('scannerAway', 'switched off')
    if (text.includes(`${stage} later`)) return 'later'
    const result: Scanned['result'] = text.includes(`${stage} worst`) ? 'worst' : text.includes(`${stage} bad`) ? 'bad' : 'clean'
    const score = stage === 'spam' ? { value: result === 'clean' ? 0.5 : 9, required: 6 } : null
    return { scanner: this.name, stage, result, detail: result === 'clean' ? '' : 'A_SYMBOL', score, asks: null, reply: null, changes: null }
  },
  ...given,
})

const authentication = (text: string): Authentication => {
  const failed = text.includes('forged reject') ? 'reject' : text.includes('forged quarantine') ? 'quarantine' : null
  return {
    spf: { result: 'none', identity: 'mailfrom', domain: '', mechanism: null, explanation: null, reason: null },
    dkim: text.includes('signed') ? [{ result: 'pass', domain: 'far.example', selector: 's', identity: '', algorithm: 'rsa-sha256', keyBits: 2048, signatureStart: 'abc', testing: false, reason: null }] : [],
    dmarc: {
      result: text.includes('two authors') ? 'permerror' : failed === null ? 'none' : text.includes('unsure') ? 'temperror' : 'fail', fromDomain: 'bank.example', policyDomain: null, record: null, organizationalDomain: null,
      policy: failed ?? 'none', disposition: failed ?? 'none', spfAligned: false, dkimAligned: false, reason: null,
    },
    arc: text.includes('sealed')
      ? { result: 'pass', hops: [{ instance: 1, domain: 'list.example', selector: 's', results: 'mx; dmarc=pass header.from=bank.example' }], oldestPass: 0, reason: null }
      : { result: 'none', hops: [], oldestPass: null, reason: null },
    field: 'mx1.hikari.example;\r\n\tspf=none',
  }
}
const authenticator: Authenticator = { begin: () => ({ end: async (message) => authentication(message.toString('latin1')) }) }

const everything: AccountFilter = { ...noFilter, choices: { spam: 'on', forged: 'on' } }
const given = (scanners: readonly Scanner[] = [scannerDouble('virus'), scannerDouble('spam')]) =>
  testReception(1_000_000, 50_000_000, { authenticator, scanners })
type Given = Awaited<ReturnType<typeof given>>

const greeted = async (at: Given, caller: 'gate' | 'courier' = 'gate'): Promise<LineClient> => {
  const client = lineClient(at.paths[caller])
  await client.reply()
  await client.ask('LHLO gate.example')
  return client
}

const send = async (client: LineClient, to: readonly string[], content: string, from = 'alice@far.example'): Promise<readonly string[]> => {
  await client.ask(`MAIL FROM:<${from}>`)
  for (const one of to) assert.match(await client.ask(`RCPT TO:<${one}@hikari.example>`), /^250/)
  const bytes = Buffer.from(content)
  client.send(`BDAT ${bytes.length} LAST\r\n`)
  client.send(bytes)
  const replies = []
  for (const _ of to) replies.push(await client.reply())
  return replies
}

const mail = (text: string, subject = 'hello', more = ''): string => `From: Alice <alice@far.example>\r\n${more}Subject: ${subject}\r\n\r\n${text}\r\n`

test('spam goes to the mailbox for junk of who agreed to filtering, and to the INBOX of who did not, in their words', async () => {
  await using at = await given()
  const bob = await at.addAccount(['bob@hikari.example'], 'active', null, everything)
  const carol = await at.addAccount(['carol@hikari.example'])
  using client = await greeted(at)
  const replies = await send(client, ['bob', 'carol'], mail('spam bad'))
  assert.ok(replies.every((reply) => reply.startsWith('250 2.0.0')))
  const [junk = ''] = await at.mailIn(bob, 'Junk')
  assert.match(junk, /\r\nAuthentication-Results: mx1\.hikari\.example;\r\n\tspf=none\r\nX-Spam-Flag: YES \(A_SYMBOL\)\r\nX-Spam-Score: 9\.00 \/ 6\.00\r\nFrom: Alice/)
  assert.deepEqual(await at.mailIn(bob, 'INBOX'), [])
  const [inbox = ''] = await at.mailIn(carol, 'INBOX')
  assert.match(inbox, /Authentication-Results: mx1/)
  assert.doesNotMatch(inbox, /X-Spam/)
})

test('nothing looks into mail whose recipients have that stage off', async () => {
  let scans = 0
  const counting = scannerDouble('spam')
  await using at = await given([{ ...counting, scan: async (one) => (scans += 1, counting.scan(one)) }])
  await at.addAccount(['carol@hikari.example'])
  await at.addAccount(['bob@hikari.example'], 'active', null, everything)
  using client = await greeted(at)
  await send(client, ['carol'], mail('x'))
  assert.equal(scans, 0)
  await send(client, ['carol', 'bob'], mail('y'))
  assert.equal(scans, 1)
})

test('a message is refused only if all its recipients refuse it; else it is filed for each', async () => {
  await using at = await given()
  const bob = await at.addAccount(['bob@hikari.example'], 'active', null, everything)
  const dave = await at.addAccount(['dave@hikari.example'], 'active', null, everything)
  const carol = await at.addAccount(['carol@hikari.example'])
  using client = await greeted(at)
  const refused = await send(client, ['bob', 'dave'], mail('spam worst'))
  assert.deepEqual(refused.map((reply) => reply.slice(0, 9)), ['550 5.7.1', '550 5.7.1'])
  assert.ok((await send(client, ['bob', 'carol'], mail('spam worst'))).every((reply) => reply.startsWith('250')))
  assert.deepEqual([(await at.mailIn(bob, 'Junk')).length, (await at.mailIn(dave, 'Junk')).length, (await at.mailIn(carol, 'INBOX')).length], [1, 0, 1])
})

test('our courier hears of each recipient by itself', async () => {
  await using at = await given()
  await at.addAccount(['bob@hikari.example'], 'active', null, everything)
  await at.addAccount(['carol@hikari.example'])
  using client = await greeted(at, 'courier')
  assert.deepEqual((await send(client, ['bob', 'carol'], mail('spam worst'))).map((reply) => reply.slice(0, 3)), ['550', '250'])
})

test('a virus is refused for everybody, quarantined where an ISP wants that, and told to watch', async () => {
  await using at = await given()
  const carol = await at.addAccount(['carol@hikari.example'])
  using client = await greeted(at)
  assert.match((await send(client, ['carol'], mail('virus bad')))[0] ?? '', /^550 5\.7\.1 /)
  assert.deepEqual(at.told.map(({ kind, subject, outcome }) => [kind, subject, outcome]), [['reception.virus', carol.account, 'reject: A_SYMBOL']])
})

test('quarantine and discard are answered like any delivery', async () => {
  await using at = await given()
  at.lookup.setBook({ isp: { 'virus.action': 'quarantine', 'spam.consent': 'presumed', 'spam.action': 'discard' } })
  const carol = await at.addAccount(['carol@hikari.example'])
  using client = await greeted(at)
  assert.match((await send(client, ['carol'], mail('virus bad')))[0] ?? '', /^250 2\.0\.0 /)
  assert.match((await send(client, ['carol'], mail('spam bad')))[0] ?? '', /^250 2\.0\.0 /)
  assert.match((await at.mailIn(carol, 'Quarantine'))[0] ?? '', /X-Virus-Flag: YES/)
  assert.deepEqual(await at.mailIn(carol, 'INBOX'), [])
})

test('who is listed by a person or an ISP is trusted or refused; nobody\'s word lets a virus in', async () => {
  await using at = await given()
  const bob = await at.addAccount(['bob@hikari.example'], 'active', null, everything)
  const entry = (list: 'allow' | 'deny', text: string, owner = bob.account as typeof bob.account | 'isp') => entryOf(at.listKey, owner, list, text)
  at.lookup.change('bob@hikari.example', { filter: { ...everything, allow: entry('allow', 'far.example'), deny: entry('deny', 'mallory@far.example') } })
  using client = await greeted(at)
  await send(client, ['bob'], mail('spam worst'), 'alice@sub.far.example')
  assert.equal((await at.mailIn(bob, 'INBOX')).length, 1)
  assert.match((await send(client, ['bob'], mail('virus bad')))[0] ?? '', /^550/)
  at.lookup.change('bob@hikari.example', { filter: { ...noFilter, deny: entry('deny', 'mallory@far.example') } })
  using later = await greeted(at)
  at.clock.advance(11_000)
  assert.match((await send(later, ['bob'], mail('x'), 'mallory@far.example'))[0] ?? '', /^550 5\.7\.1 Message refused by the recipient/)
  assert.match((await send(later, ['bob'], mail('x', 'y', 'From: mallory@far.example\r\n').replace('From: Alice <alice@far.example>\r\n', ''), 'other@else.example'))[0] ?? '', /^550/)
  at.lookup.setBook({ deny: entry('deny', 'bad.example', 'isp') })
  at.clock.advance(11_000)
  assert.match((await send(later, ['bob'], mail('x'), 'x@bad.example'))[0] ?? '', /^550/)
})

test('what claims to be from a domain that disowns it is filed as the domain asks', async () => {
  await using at = await given()
  const bob = await at.addAccount(['bob@hikari.example'], 'active', null, everything)
  using client = await greeted(at)
  assert.match((await send(client, ['bob'], mail('forged reject')))[0] ?? '', /^550 5\.7\.26 .*bank\.example/)
  await send(client, ['bob'], mail('forged quarantine'))
  assert.match((await at.mailIn(bob, 'Junk'))[0] ?? '', /X-Forged-Flag: YES \(dmarc=fail p=quarantine\)/)
})

test('where nobody can be asked about a domain that wants others refused, the message is to come again', async () => {
  await using at = await given()
  await at.addAccount(['bob@hikari.example'], 'active', null, everything)
  await at.addAccount(['carol@hikari.example'])
  using client = await greeted(at)
  assert.match((await send(client, ['bob'], mail('forged reject, unsure')))[0] ?? '', /^451 4\.7\.1 /)
  assert.match((await send(client, ['bob'], mail('forged quarantine, unsure')))[0] ?? '', /^250/)
  assert.match((await send(client, ['carol'], mail('forged reject, unsure')))[0] ?? '', /^250/)
})

test('what names two authors is junk where forged mail is looked for', async () => {
  await using at = await given()
  const bob = await at.addAccount(['bob@hikari.example'], 'active', null, everything)
  const carol = await at.addAccount(['carol@hikari.example'])
  using client = await greeted(at)
  await send(client, ['bob', 'carol'], mail('two authors'))
  assert.match((await at.mailIn(bob, 'Junk'))[0] ?? '', /X-Forged-Flag: YES \(dmarc=permerror\)/)
  assert.equal((await at.mailIn(carol, 'INBOX')).length, 1)
})

test('a list that the brand trusts may vouch for what it sealed', async () => {
  await using at = await given()
  const bob = await at.addAccount(['bob@hikari.example'], 'active', null, everything)
  using client = await greeted(at)
  assert.match((await send(client, ['bob'], mail('forged reject, sealed')))[0] ?? '', /^550/)
  at.lookup.setBook({ isp: { 'forged.sealers': 'list.example' } })
  at.clock.advance(11_000)
  assert.match((await send(client, ['bob'], mail('forged reject, sealed')))[0] ?? '', /^250/)
  assert.equal((await at.mailIn(bob, 'INBOX')).length, 1)
})

test('marking delivers as ever; the subject is marked in words of the brand, but not over a signature', async () => {
  await using at = await given()
  at.lookup.setBook({ isp: { 'spam.mode': 'mark', 'spam.consent': 'presumed', 'spam.subject': '[迷惑メール]', 'subject': 'unlessSigned', 'spam.header': 'X-Mark-Spam-Flag' } })
  const carol = await at.addAccount(['carol@hikari.example'])
  using client = await greeted(at)
  await send(client, ['carol'], mail('spam bad'))
  await send(client, ['carol'], mail('spam bad, signed'))
  const [first = '', second = ''] = await at.mailIn(carol, 'INBOX')
  assert.match(first, /X-Mark-Spam-Flag: YES[^]*Subject: =\?UTF-8\?B\?\S+\?= hello\r\nX-Original-Subject: hello\r\n/)
  assert.match(second, /X-Mark-Spam-Flag: YES[^]*\r\nSubject: hello\r\n/)
})

test('results and flags that come from outside in our name are renamed', async () => {
  await using at = await given()
  const carol = await at.addAccount(['carol@hikari.example'])
  using client = await greeted(at)
  await send(client, ['carol'], mail('x', 'y', 'Authentication-Results: mx1.hikari.example; dkim=pass\r\nX-Spam-Flag: NO\r\n'))
  const [inbox = ''] = await at.mailIn(carol, 'INBOX')
  assert.match(inbox, /\r\nX-Untrusted-Authentication-Results: mx1\.hikari\.example; dkim=pass\r\nX-Untrusted-X-Spam-Flag: NO\r\n/)
  assert.equal(inbox.match(/^Authentication-Results: /gm)?.length, 1)
})

test('a scanner that is away, or wants to be asked again, does as the operator says', async () => {
  for (const [whenAway, code, marked] of [['accept', '250', false], ['tempfail', '451', false], ['mark', '250', true]] as const) {
    await using at = await given([scannerDouble('virus', { whenAway })])
    const carol = await at.addAccount(['carol@hikari.example'])
    using client = await greeted(at)
    assert.equal((await send(client, ['carol'], mail('virus away')))[0]?.slice(0, 3), code)
    assert.equal((await at.mailIn(carol, 'INBOX'))[0]?.includes('X-Virus-Flag: UNKNOWN') ?? false, marked)
    assert.deepEqual(at.told.map(({ kind }) => kind), ['reception.scannerAway'])
    assert.match((await send(client, ['carol'], mail('virus later')))[0] ?? '', /^451 4\.7\.1 /)
  }
})

test('what a login of ours handed in says so, where our courier brings it; nobody else can say it', async () => {
  await using at = await given()
  const bob = await at.addAccount(['bob@hikari.example'])
  const forged = 'Authentication-Results: mx1.hikari.example; auth=pass smtp.mailfrom=alice@far.example\r\n'
  const bring = async (caller: 'gate' | 'courier', from: string): Promise<string> => {
    using client = await greeted(at, caller)
    await client.ask(`MAIL FROM:${from}`)
    await client.ask('RCPT TO:<bob@hikari.example>')
    const bytes = Buffer.from(mail(`${caller} ${from}`, 'hello', forged))
    client.send(`BDAT ${bytes.length} LAST\r\n`)
    client.send(bytes)
    assert.match(await client.reply(), /^250/)
    return (await at.mailIn(bob, 'INBOX')).at(-1) ?? ''
  }
  const ours = /\r\nAuthentication-Results: mx1\.hikari\.example;\r\n\tauth=pass smtp\.mailfrom=alice@far\.example\r\n/
  assert.match(await bring('courier', '<alice@far.example> AUTH=alice@far.example'), ours)
  for (const [caller, from] of [['courier', '<alice@far.example>'], ['gate', '<alice@far.example> AUTH=alice@far.example']] as const) {
    const message = await bring(caller, from)
    assert.doesNotMatch(message, /^Authentication-Results: [^\r]*\r\n?\t?auth=/m)
    assert.doesNotMatch(message, ours)
    assert.match(message, /\r\nX-Untrusted-Authentication-Results: mx1/)
  }
})
