/** Keys and reports as an operator meets them: typed commands, mail through the ports, nothing from inside. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { lineClient, type LineClient } from '@bulkhead/flow/testing/line-client.ts'
import { smtpSink } from '@bulkhead/flow/testing/smtp-sink.ts'
import { reportMail } from '@bulkhead/wire/reports/report-mail.ts'
import { startPlatform, type Platform } from '../platform/platform.ts'
import { portBases } from '../ports.ts'

const [portBase] = portBases['test/reports/platform']
const domain = 'hikari.example'
const sender = `hanako@${domain}`
const password = 'lantern harbour 42'

const deliver = async (client: LineClient, from: string, to: string, message: Buffer): Promise<string> => {
  await client.ask(`MAIL FROM:<${from}>`)
  const recipient = await client.ask(`RCPT TO:<${to}>`)
  if (!recipient.startsWith('250')) return recipient
  await client.ask('DATA')
  client.send(Buffer.concat([message, Buffer.from('\r\n.\r\n')]))
  return client.reply()
}

const arrive = async (platform: Platform, to: string, message: Buffer): Promise<string> => {
  using client = lineClient({ host: '127.0.0.1', port: platform.portOf('hikari', 25) })
  await client.reply()
  await client.ask('EHLO out.far.example')
  return await deliver(client, 'noreply@far.example', to, message)
}

const submit = async (platform: Platform, to: string, message: Buffer): Promise<string> => {
  using client = lineClient({ host: '127.0.0.1', port: platform.portOf('hikari', 587) })
  await client.reply()
  await client.ask('EHLO pc')
  assert.match(await client.ask(`AUTH PLAIN ${Buffer.from(`\0${sender}\0${password}`).toString('base64')}`), /^235/)
  return await deliver(client, sender, to, message)
}

const until = async <T>(claim: string, find: () => Promise<T | undefined> | T | undefined): Promise<T> => {
  for (const giveUpMs = Date.now() + 60_000; ; await sleep(200)) {
    const found = await find()
    if (found !== undefined) return found
    assert.ok(Date.now() < giveUpMs, claim)
  }
}

const xml = `<feedback><report_metadata><org_name>Far</org_name><report_id>9</report_id><date_range><begin>${Math.floor(Date.now() / 1_000) - 86_400}</begin>
<end>${Math.floor(Date.now() / 1_000)}</end></date_range></report_metadata><policy_published><domain>${domain}</domain><p>none</p></policy_published>
<record><row><source_ip>203.0.113.9</source_ip><count>12</count><policy_evaluated><disposition>none</disposition><dkim>fail</dkim><spf>fail</spf></policy_evaluated></row>
<identifiers><header_from>${domain}</header_from></identifiers><auth_results><spf><domain>x.example</domain><result>softfail</result></spf></auth_results></record></feedback>`

const complaintAbout = (header: string): Buffer => Buffer.from([
  'From: fbl@far.example', 'MIME-Version: 1.0', 'Content-Type: multipart/report; report-type=feedback-report; boundary=b', '', '--b',
  'Content-Type: message/feedback-report', '', 'Feedback-Type: abuse', 'Version: 1', 'User-Agent: FBL/1', '', '--b', 'Content-Type: message/rfc822', '',
  `${header}\r\n`, 'text', '--b--', '',
].join('\r\n'))

test('mail leaves signed; reports and complaints of others come in, are shown, and lead to the account', { timeout: 240_000 }, async () => {
  await using far = await smtpSink({})
  await using platform = await startPlatform({
    cells: [{ id: 'hikari', name: 'Hikari Net', portBase }], routes: [{ domain: 'far.example', host: '127.0.0.1', port: far.port }],
  })
  await platform.must(['domain', 'add', 'hikari', domain])
  await platform.must(['account', 'add', sender, '--password-stdin'], password)
  const keys = await platform.must(['domain', 'dkim', domain])
  assert.match(keys, /-rsa +rsa-sha256 +signing[^]*-ed +ed25519-sha256 +signing[^]*\._domainkey\.hikari\.example\. IN TXT "v=DKIM1; k=rsa; p=/)
  assert.match((await platform.cli(['domain', 'dkim', domain, 'use', 'nosuch'])).err, /there is no such key/)

  assert.match(await submit(platform, 'bob@far.example', Buffer.from(`From: ${sender}\r\nSubject: offer\r\n\r\nbuy`)), /^250/)
  const { content } = await until('the mail leaves', () => far.messages.at(0))
  const header = content.slice(0, content.indexOf('\r\n\r\n'))
  assert.deepEqual([...header.matchAll(/^DKIM-Signature: v=1; a=([\w-]+); c=relaxed\/relaxed; d=hikari\.example;/gm)].map(([, algorithm]) => algorithm), ['rsa-sha256', 'ed25519-sha256'])

  const report = reportMail({
    kind: 'dmarc', domain, submitter: 'far.example', from: 'noreply@far.example', to: [`dmarc-reports@${domain}`], id: 'x', atMs: Date.now(), beginSeconds: 1, endSeconds: 2,
    gzip: gzipSync(xml),
  })
  assert.match(await arrive(platform, `dmarc-reports@${domain}`, report), /^250/)
  assert.match(await arrive(platform, `fbl@${domain}`, complaintAbout(header)), /^250/)
  assert.match(await arrive(platform, `abuse@${domain}`, Buffer.from('Subject: stop\r\n\r\nplease')), /^550 5\.1\.1/)
  const shown = await until('both are read', async () => {
    const out = await platform.must(['domain', 'reports', domain])
    return /DMARC/.test(out) && /Complaints/.test(out) ? out : undefined
  })
  assert.match(shown, /Far \(not authenticated\) +12 +0 +0 +0 +203\.0\.113\.9 ×12 \(spf softfail, dkim none\)/)
  const pseudonym = /abuse +1 +(p_[\w-]+)/.exec(shown)?.[1] ?? ''
  assert.match(await platform.must(['account', 'who', 'hikari', pseudonym, '--reason', 'a complaint']), /active +hikari +hanako@hikari\.example/)
})
