import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { manualClock } from '@bulkhead/base/clock.ts'
import { silentLog } from '@bulkhead/base/log.ts'
import { meter } from '@bulkhead/base/meter.ts'
import { secret } from '@bulkhead/base/secret.ts'
import { senderTokens } from '@bulkhead/mail/feedback/sender-token.ts'
import type { DmarcNote } from '@bulkhead/mail/ports/dmarc-results.ts'
import { openQueued } from '@bulkhead/mail/queue/record.ts'
import type { DomainSigner } from '@bulkhead/mail/dkim/domain-signer.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import type { DmarcRecord } from '@bulkhead/wire/mailauth/results.ts'
import { readDmarcReport } from '@bulkhead/wire/reports/dmarc-read.ts'
import { reportMail } from '@bulkhead/wire/reports/report-mail.ts'
import { reportParts } from '@bulkhead/wire/reports/report-parts.ts'
import { readTlsReport } from '@bulkhead/wire/reports/tls-report.ts'
import { zoneDns, type Zone } from '../testing/zone.ts'
import { collectedMin, complaints } from './complaints.ts'
import { dmarcResults } from './dmarc-facts.ts'
import { dayOf, gatherFacts } from './facts.ts'
import { makeDueReports, type ReportMaking } from './making.ts'
import { memoryReports, type MemoryReports } from './memory-reports.ts'
import { reportReader, type ReadingParts } from './reading.ts'
import { tlsResults } from './tls-facts.ts'
import { unpackedMax, unpackedText } from './unpack.ts'

const atMs = Date.UTC(2026, 10, 20, 13)
const keys = realSealing.newKeyPair()

const record: DmarcRecord = {
  p: 'reject', sp: null, np: 'reject', adkim: 'r', aspf: 's', testing: false, psd: 'u', fo: '1',
  rua: ['mailto:dmarc@sender.example!1m', 'mailto:agg@reports.example', 'mailto:x@stranger.example', 'https://sender.example/'], ruf: [],
}

const noteOf = (more: Partial<DmarcNote> = {}): DmarcNote => ({
  atMs, peer: '192.0.2.7', envelopeFrom: 'news.sender.example', envelopeTo: 'ours.example', disposition: 'none', override: null,
  spf: { result: 'pass', identity: 'mailfrom', domain: 'news.sender.example', mechanism: '-all', explanation: null, reason: null },
  dkim: [{
    result: 'pass', domain: 'sender.example', selector: 's1', identity: '', algorithm: 'rsa-sha256', keyBits: 2_048, signatureStart: 'AbCdEfGh', testing: false,
    reason: null,
  }],
  dmarc: {
    result: 'pass', fromDomain: 'news.sender.example', policyDomain: 'sender.example', record, organizationalDomain: 'sender.example', policy: 'reject',
    disposition: 'none', spfAligned: false, dkimAligned: true, reason: null,
  },
  ...more,
})

const failing = noteOf({
  disposition: 'quarantine', override: 'local_policy', dkim: [],
  dmarc: { ...noteOf().dmarc, result: 'fail', disposition: 'reject', dkimAligned: false },
})

const zone: Zone = {
  'sender.example._report._dmarc.reports.example': { TXT: ['v=DMARC1'] },
  '_smtp._tls.sender.example': { TXT: ['v=TLSRPTv1; rua=mailto:tls@sender.example'] },
}

const unsigned: DomainSigner = { signs: async () => false, fieldsFor: async () => '' }

const makingWith = (reports: MemoryReports, more: Partial<ReportMaking> = {}): ReportMaking => ({
  due: reports, dns: zoneDns(zone), signer: unsigned, sealing: realSealing, queuePublicKey: keys.publicKey, clock: manualClock(atMs + 86_400_000),
  hostName: 'mx.ours.example', organization: 'Minato Net', log: silentLog, meter: meter(), ...more,
})

const gathered = async (reports: MemoryReports, act: (gathering: ReturnType<typeof gatherFacts>) => void): Promise<void> => {
  await using gathering = gatherFacts({ facts: reports, log: silentLog, meter: meter() })
  act(gathering)
}

/** What the courier would find in the queue. */
const sentIn = ({ queued }: MemoryReports) => queued.map((one) => {
  const opened = openQueued(realSealing, keys.privateKey, {
    ...one, lease: 1n, dropped: false, queuedAtMs: 0, recipients: one.recipients.map((recipient, at) => ({ ...recipient, number: at + 1, attempts: 0, delayTold: false })),
  })
  return { queued: opened.queued, message: opened.openBody(one.body) }
})

const attached = async (message: Buffer): Promise<string> => {
  const [part] = reportParts(message)
  assert.ok(part?.is === 'packed')
  const text = await unpackedText(part.bytes)
  assert.ok(text !== undefined)
  return text
}

test('what DMARC came to is counted and reported once to those who may hear of it', async () => {
  const reports = memoryReports()
  await gathered(reports, (gathering) => {
    const results = dmarcResults(gathering)
    for (let n = 0; n < 3; n += 1) results.note(noteOf())
    results.note(failing)
    results.note(noteOf({ peer: null }))
    results.note(noteOf({ dmarc: { ...noteOf().dmarc, result: 'none', record: null, policyDomain: null } }))
    results.note(noteOf({ dmarc: { ...noteOf().dmarc, record: { ...record, rua: [] } } }))
  })
  const parts = makingWith(reports)
  assert.equal(await makeDueReports(parts), 1)
  assert.equal(await makeDueReports(parts), 0)
  const [sent, ...others] = sentIn(reports)
  assert.ok(sent !== undefined && others.length === 0)
  assert.deepEqual(sent.queued.recipients.map(({ forwardPath }) => forwardPath), ['dmarc@sender.example', 'agg@reports.example'])
  assert.deepEqual([sent.queued.reversePath, sent.queued.recipients[0]?.notify], ['', []])
  const report = readDmarcReport(await attached(sent.message))
  assert.ok(report !== undefined)
  assert.deepEqual([report.org, report.policy.domain, report.policy.p, report.policy.sp, report.beginSeconds], ['Minato Net', 'sender.example', 'reject', '', dayOf(atMs) * 86_400])
  assert.deepEqual(report.rows.map(({ count, disposition, dkim, spf, overrides }) => [count, disposition, dkim, spf, overrides]), [
    [3, 'pass', 'pass', 'fail', []], [1, 'quarantine', 'fail', 'fail', [{ type: 'local_policy', comment: '' }]],
  ])
  assert.doesNotMatch(await attached(sent.message), /taro|@ours/, 'no address of anybody')
})

test('a report waits while DNS is away, and is nobody’s where nobody outside agreed or it is too large', async () => {
  const dmarc = (rua: readonly string[]) => noteOf({ dmarc: { ...noteOf().dmarc, record: { ...record, rua } } })
  const outcome = async (rua: readonly string[], given: Zone): Promise<readonly [number, number]> => {
    const reports = memoryReports()
    await gathered(reports, (gathering) => dmarcResults(gathering).note(dmarc(rua)))
    await makeDueReports(makingWith(reports, { dns: zoneDns(given) }))
    const later = await reports.settle({ kind: 'dmarc', day: dayOf(atMs), domain: 'sender.example', published: '', lease: 1 }, null)
    return [reports.queued.length, later ? 1 : 0]
  }
  assert.deepEqual(await outcome(['mailto:x@stranger.example'], {}), [0, 0], 'done, nothing sent')
  assert.deepEqual(await outcome(['mailto:x@stranger.example'], { 'stranger.example': 'away' }), [0, 1], 'not done')
  assert.deepEqual(await outcome(['mailto:a@sender.example!10'], {}), [0, 0])
  assert.deepEqual(await outcome(['mailto:a@deep.sender.example'], {}), [1, 0])
})

test('TLS towards a domain is reported policy by policy to those who ask for it, signed by the nearest domain of ours', async () => {
  const reports = memoryReports()
  await gathered(reports, (gathering) => {
    const results = tlsResults(gathering)
    const policy = { type: 'sts', domain: 'sender.example', strings: ['version: STSv1', 'mode: testing'], mxHosts: ['*.sender.example'] } as const
    const failure = { type: 'certificate-expired', sendingIp: null, receivingMxHost: 'mx.sender.example', receivingIp: '192.0.2.1', reason: null } as const
    for (let n = 0; n < 5; n += 1) results.note({ atMs, policy, failure: null })
    for (let n = 0; n < 2; n += 1) results.note({ atMs, policy, failure })
    results.note({ atMs, policy: { ...policy, type: 'no-policy-found', strings: [], mxHosts: [] }, failure: null })
    results.note({ atMs, policy: { ...policy, domain: 'unasked.example' }, failure: null })
  })
  const signer: DomainSigner = { signs: async (domain) => domain === 'ours.example', fieldsFor: async (domain) => `DKIM-Signature: d=${domain}\r\n` }
  await makeDueReports(makingWith(reports, { signer }))
  const [sent, ...others] = sentIn(reports)
  assert.ok(sent !== undefined && others.length === 0)
  assert.match(sent.message.toString('latin1'), /^DKIM-Signature: d=ours\.example\r\n[^]*\r\nFrom: postmaster@ours\.example\r\n[^]*\r\nTLS-Report-Domain: sender\.example\r\n/)
  const report = readTlsReport(await attached(sent.message))
  assert.deepEqual(report?.policies.map(({ type, successes, failures, details }) => [type, successes, failures, details.map((detail) => [detail.type, detail.count])]), [
    ['sts', 5, 2, [['certificate-expired', 2]]], ['no-policy-found', 1, 0, []],
  ])
})

const reading = (more: Partial<ReadingParts> = {}) => {
  const reports = memoryReports()
  const told: { kind: string; subject?: string; count?: number }[] = []
  const tokens = senderTokens(secret(randomBytes(32)))
  const reader = reportReader({
    received: reports.inbox, isLocalDomain: async (domain) => domain === 'ours.example', log: silentLog, meter: meter(),
    complaints: complaints({ tokens, clock: manualClock(atMs), tell: (event) => void told.push(event) }), ...more,
  })
  const read = async (message: Buffer, authenticated: string | null = 'google.com'): Promise<void> => {
    assert.equal(reader.take({ domain: 'ours.example', authenticated, message }), 'taken')
    await reader.idle()
  }
  return { reports, told, tokens, reader, read }
}

const mailed = (kind: 'dmarc' | 'tls', text: string): Buffer => reportMail({
  kind, domain: 'ours.example', submitter: 'theirs.example', from: 'a@theirs.example', to: ['dmarc-reports@ours.example'], id: 'x', atMs, beginSeconds: 1,
  endSeconds: 2, gzip: gzipSync(text),
})

const xmlOf = (domain: string, count: number): string => `<feedback><report_metadata><org_name>Big</org_name><report_id>9</report_id><date_range>
<begin>1700000000</begin><end>1700086399</end></date_range></report_metadata><policy_published><domain>${domain}</domain><p>none</p></policy_published>
<record><row><source_ip>203.0.113.9</source_ip><count>${count}</count><policy_evaluated><disposition>reject</disposition><dkim>fail</dkim><spf>fail</spf></policy_evaluated></row>
<identifiers><header_from>${domain}</header_from></identifiers><auth_results><spf><domain>x.example</domain><result>softfail</result></spf></auth_results></record></feedback>`

test('a report made by one of us is read by the other', async () => {
  const made = memoryReports()
  const about = { ...noteOf().dmarc, policyDomain: 'ours.example', organizationalDomain: 'ours.example', record: { ...record, rua: ['mailto:dmarc-reports@ours.example'] } }
  await gathered(made, (gathering) => {
    dmarcResults(gathering).note(noteOf({ dmarc: about }))
    dmarcResults(gathering).note({ ...failing, dmarc: { ...failing.dmarc, ...about, result: 'fail', dkimAligned: false } })
  })
  await makeDueReports(makingWith(made))
  const { reports, read } = reading()
  const [sent] = sentIn(made)
  assert.ok(sent !== undefined)
  await read(sent.message, 'peer.example')
  const [received] = reports.received
  assert.deepEqual([received?.kind, received?.domain, received?.from], ['dmarc', 'ours.example', 'peer.example'])
  assert.deepEqual(JSON.parse(received?.summary ?? ''), {
    messages: 2, passed: 1, quarantined: 1, rejected: 0,
    failing: [{ ip: '192.0.2.7', headerFrom: 'news.sender.example', count: 1, spf: 'pass', dkim: 'none' }],
  })
})

test('reports are kept for the domain of ours they speak of, once, with who said so', async () => {
  const { reports, read } = reading()
  await read(mailed('dmarc', xmlOf('mail.ours.example', 7)))
  await read(mailed('dmarc', xmlOf('mail.ours.example', 7)))
  await read(mailed('dmarc', xmlOf('example.net', 7)))
  await read(mailed('dmarc', xmlOf('ours.example', 8).replace('<org_name>Big', '<org_name>Forged')), null)
  await read(mailed('tls', JSON.stringify({
    'organization-name': 'T', 'date-range': { 'start-datetime': '2026-11-20T00:00:00Z', 'end-datetime': '2026-11-20T23:59:59Z' }, 'report-id': 'r',
    policies: [{ policy: { 'policy-type': 'sts', 'policy-domain': 'ours.example' }, summary: { 'total-successful-session-count': 3, 'total-failure-session-count': 0 } }],
  })))
  assert.deepEqual(reports.received.map(({ kind, domain, authenticated, from }) => [kind, domain, authenticated, from]), [
    ['dmarc', 'ours.example', true, 'google.com'], ['dmarc', 'ours.example', false, 'Forged'], ['tls', 'ours.example', true, 'google.com'],
  ])
  assert.match(reports.received[0]?.summary ?? '', /"messages":7,"passed":0,"quarantined":0,"rejected":7,"failing":\[\{"ip":"203.0.113.9"/)
})

test('bombs cost little and leave nothing; too many wait for nobody', async () => {
  const { reports, read, reader } = reading()
  const bomb = gzipSync(Buffer.alloc(4 * unpackedMax, ' '))
  assert.equal(await unpackedText(bomb), undefined)
  await read(mailed('dmarc', ' '.repeat(2 * unpackedMax)))
  await read(mailed('dmarc', `<!DOCTYPE a [<!ENTITY a "${'x'.repeat(1_000)}">]>${xmlOf('ours.example', 1)}`))
  await read(mailed('dmarc', `<feedback>${'<record>'.repeat(100_000)}`))
  assert.equal(reader.take({ domain: 'ours.example', authenticated: null, message: Buffer.from('From: x\r\n\r\nno report at all') }), 'noReport')
  assert.deepEqual(reports.received, [])
  const taken = Array.from({ length: 40 }, () => reader.take({ domain: 'ours.example', authenticated: null, message: mailed('dmarc', xmlOf('ours.example', 1)) }))
  assert.deepEqual([taken[0], taken.at(-1)], ['taken', 'busy'])
  await reader[Symbol.asyncDispose]()
})

let messages = 0
const complaintOf = (field: string, incidents: number, id = (messages += 1)): Buffer => Buffer.from([
  'From: fbl@big.example', 'MIME-Version: 1.0', 'Content-Type: multipart/report; report-type=feedback-report; boundary=b', '',
  '--b', 'Content-Type: message/feedback-report', '', 'Feedback-Type: abuse', 'Version: 1', 'User-Agent: FBL/1', `Incidents: ${incidents}`, '',
  '--b', 'Content-Type: message/rfc822', '', `${field}From: taro@ours.example`, `Message-ID: <${id}@ours.example>`, '', 'Buy now', '--b--', '',
].join('\r\n'))

test('a complaint leads to the account by our own token alone, and accounts that collect them are told once', async () => {
  const { reports, told, tokens, read } = reading()
  const field = tokens.field('p_abcdefghijk')
  assert.match(field, /^X-Feedback-ID: [\w-]+:bulkhead\r\n$/)
  assert.notEqual(field, tokens.field('p_abcdefghijk'), 'nobody sees that two messages are one person’s')
  await read(complaintOf(field, 1))
  assert.deepEqual(told, [{ kind: 'intake.complaint', subject: 'p_abcdefghijk', outcome: 'abuse', count: 1 }])
  await read(complaintOf(field, 1, messages))
  assert.equal(told.length, 1, 'the same once more is the same')
  await read(complaintOf(field, collectedMin))
  await read(complaintOf(field, 1))
  assert.deepEqual(told.filter(({ kind }) => kind === 'intake.complaints').map(({ subject, count }) => [subject, count]), [['p_abcdefghijk', collectedMin + 1]])
  const before = told.length
  await read(complaintOf(field.replace(/: (.)/, (_, first: string) => `: ${first === 'A' ? 'B' : 'A'}`), 1))
  await read(complaintOf('', 1))
  assert.equal(told.length, before, 'what is not ours is nobody’s')
  assert.deepEqual(JSON.parse(reports.received.at(-1)?.summary ?? ''), { type: 'abuse', incidents: 1, sourceIp: '', sender: null })
})
