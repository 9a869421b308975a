/** A day's reports from what was counted to what the other side reads: database, vault, queue and courier are the real ones. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { base64 } from '@bulkhead/base/bytes.ts'
import { systemClock } from '@bulkhead/base/clock.ts'
import { silentLog } from '@bulkhead/base/log.ts'
import { meter } from '@bulkhead/base/meter.ts'
import { secret } from '@bulkhead/base/secret.ts'
import type { StartOf } from '@bulkhead/door/contracts/start.ts'
import { signerAlgorithms, type VaultVerbs } from '@bulkhead/door/contracts/vault.ts'
import { authentication } from '@bulkhead/flow/authentication/authenticate.ts'
import { complaints } from '@bulkhead/flow/reports/complaints.ts'
import { dmarcResults } from '@bulkhead/flow/reports/dmarc-facts.ts'
import { gatherFacts } from '@bulkhead/flow/reports/facts.ts'
import { makeDueReports, type ReportMaking } from '@bulkhead/flow/reports/making.ts'
import { reportReader } from '@bulkhead/flow/reports/reading.ts'
import { tlsResults } from '@bulkhead/flow/reports/tls-facts.ts'
import { smtpSink } from '@bulkhead/flow/testing/smtp-sink.ts'
import { zoneDns, type Zone } from '@bulkhead/flow/testing/zone.ts'
import { domainSigner, type SigningVault } from '@bulkhead/mail/dkim/domain-signer.ts'
import { keyRecord } from '@bulkhead/mail/dkim/key-record.ts'
import { senderTokens } from '@bulkhead/mail/feedback/sender-token.ts'
import { courier } from '@bulkhead/run/processes/courier.ts'
import { realRows } from '@bulkhead/seal/rows.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { receivedReports, receivedReportsReader } from '@bulkhead/store/reports/received-reports.ts'
import { dueReports, reportFacts } from '@bulkhead/store/reports/report-facts.ts'
import type { Database } from '@bulkhead/store/sql/database.ts'
import { guarded } from '@bulkhead/vault/guard.ts'
import { openKeyTable } from '@bulkhead/vault/key-table.ts'
import { rootOf } from '@bulkhead/vault/root.ts'
import { openVault } from '@bulkhead/vault/vault.ts'
import { provisionTestCell } from '../postgres/cell.ts'
import { startTestPostgres } from '../postgres/harness.ts'

const ours = 'hikari.example'
const theirs = 'far.example'
const hostName = `mx1.${ours}`
/** Its day is over, and so is the time over which reports are spread. */
const atMs = Date.now() - 2 * 86_400_000

/** The real vault with a pair of keys for our domain, asked as intake asks it. */
const openSigningVault = async (directory: string) => {
  const table = openKeyTable(join(directory, 'keys.sqlite'))
  const budgets = { wrongPerAccountHour: 1, unwrapsPerSecond: 1, addressesPerHour: 1, tracesPerHour: 1 }
  const { handlers } = guarded(openVault({ table, root: rootOf(secret(randomBytes(32))), rows: realRows, clock: systemClock, budgets }), { meter: meter(), tell() {} })
  for (const algorithm of signerAlgorithms) {
    const selector = algorithm.slice(0, 2)
    await handlers.newSigner({ domain: ours, selector, algorithm }, 'desk')
    await handlers.changeSigner({ domain: ours, selector, state: 'signing' }, 'desk')
  }
  const ask = async (verb: 'sign' | 'signers', asked: VaultVerbs['sign']['ask'] | VaultVerbs['signers']['ask']) => handlers[verb]({ ...asked }, 'intake')
  const reply = await handlers.signers({ domain: ours }, 'intake')
  assert.ok(reply.is === 'answered')
  const keys = reply.answer.signers.map((signer) => keyRecord(ours, signer))
  return { vault: { ask } as SigningVault, keys, [Symbol.dispose]: () => table[Symbol.dispose]() }
}

const dmarc = {
  result: 'fail', fromDomain: theirs, policyDomain: theirs, organizationalDomain: theirs, policy: 'reject', disposition: 'reject', spfAligned: false,
  dkimAligned: false, reason: null,
  record: { p: 'reject', sp: null, np: 'reject', adkim: 'r', aspf: 'r', testing: false, psd: 'u', fo: '0', rua: [`mailto:dmarc-reports@${theirs}`], ruf: [] },
} as const
const spf = { result: 'softfail', identity: 'mailfrom', domain: theirs, mechanism: '~all', explanation: null, reason: null } as const

const count = async (intake: Database): Promise<void> => {
  await using gathering = gatherFacts({ facts: reportFacts(intake), log: silentLog, meter: meter() })
  for (let n = 0; n < 7; n += 1) {
    dmarcResults(gathering).note({ atMs, peer: '203.0.113.5', envelopeFrom: theirs, envelopeTo: ours, spf, dkim: [], dmarc, disposition: 'reject', override: null })
  }
  const policy = { type: 'tlsa', domain: theirs, strings: ['3 1 1 ab'], mxHosts: [`mx.${theirs}`] } as const
  for (let n = 0; n < 3; n += 1) tlsResults(gathering).note({ atMs, policy, failure: null })
}

const until = async (claim: string, holds: () => boolean): Promise<void> => {
  for (const giveUpMs = Date.now() + 30_000; !holds(); await sleep(20)) assert.ok(Date.now() < giveUpMs, claim)
}

test('two intakes make a day’s reports, each is sent once, signed, and the other side reads them', { timeout: 120_000 }, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'reports-'))
  await using postgres = await startTestPostgres()
  const { urls, open } = await provisionTestCell(postgres)
  await using intake = open('intake', 'queue')
  await using other = open('intake', 'queue')
  await using desk = open('desk', 'queue')
  using signing = await openSigningVault(directory)
  const zone: Zone = {
    [`_smtp._tls.${theirs}`]: { TXT: [`v=TLSRPTv1; rua=mailto:tls-reports@${theirs}`] },
    [`_dmarc.${ours}`]: { TXT: ['v=DMARC1; p=reject'] },
    ...Object.fromEntries(signing.keys.map(({ name, strings }) => [name, { TXT: [strings.join('')] }])),
  }
  const dns = zoneDns(zone)
  const queueKeys = realSealing.newKeyPair()
  const making = (database: Database): ReportMaking => ({
    due: dueReports(database), dns, signer: domainSigner(signing.vault, systemClock), sealing: realSealing, queuePublicKey: queueKeys.publicKey,
    clock: systemClock, hostName, organization: 'Hikari', log: silentLog, meter: meter(),
  })
  await count(intake)
  const made = await Promise.all([makeDueReports(making(intake)), makeDueReports(making(other))])
  assert.equal(made[0] + made[1], 2)

  await using sink = await smtpSink({})
  const start: StartOf<'courier'> = {
    process: 'courier', cell: 'north-isp', pseudonymKey: base64(Buffer.alloc(32, 1)), tracePublicKey: base64(realSealing.newKeyPair().publicKey), logLevel: 'info',
    hostName, routes: [{ domain: '*', host: '127.0.0.1', port: sink.port }], serves: {}, knocks: {}, queueUrl: urls.courier.queue?.declassify() ?? '',
    queuePrivateKey: base64(queueKeys.privateKey.declassify()), retry: { waitsMs: [100], giveUpAfterMs: 60_000, warnAfterMs: 0 }, egress: [], trustedCa: null, localOnly: true,
  }
  {
    await using running = await courier(start, { log: silentLog, meter: meter(), clock: systemClock, sealing: realSealing, tell() {} })
    assert.ok(running)
    await until('both reports are delivered', () => sink.messages.length >= 2)
    assert.equal(await makeDueReports(making(intake)), 0)
  }
  assert.deepEqual(sink.messages.map(({ to }) => to.join()).toSorted(), [`<dmarc-reports@${theirs}>`, `<tls-reports@${theirs}>`])

  const reader = reportReader({
    received: receivedReports(intake), isLocalDomain: async (domain) => domain === theirs, log: silentLog, meter: meter(),
    complaints: complaints({ tokens: senderTokens(secret(randomBytes(32))), clock: systemClock, tell() {} }),
  })
  for (const { content } of sink.messages) {
    const message = Buffer.from(content, 'latin1')
    const checked = await authentication(dns, systemClock).begin({ peer: '192.0.2.1', helo: hostName, reversePath: '', by: 'mx.far.example' }).end(message)
    assert.deepEqual(checked.dkim.map(({ result, algorithm }) => [result, algorithm]), signerAlgorithms.map((algorithm) => ['pass', algorithm]))
    assert.deepEqual([checked.dmarc.result, checked.dmarc.fromDomain], ['pass', ours])
    assert.equal(reader.take({ domain: theirs, authenticated: checked.dmarc.fromDomain, message }), 'taken')
    await reader.idle()
  }
  const received = await receivedReportsReader(desk).of(theirs, 0, 10)
  assert.deepEqual(received.map(({ kind, from }) => [kind, from]).toSorted(), [['dmarc', ours], ['tls', ours]])
  const summaries = received.map(({ summary }) => summary).join()
  assert.match(summaries, /"messages":7,"passed":0,"quarantined":0,"rejected":7,"failing":\[\{"ip":"203\.0\.113\.5","headerFrom":"far\.example","count":7,"spf":"softfail"/)
  assert.match(summaries, /"policy":"tlsa","sessions":3,"failed":0/)
  rmSync(directory, { recursive: true, force: true })
})
