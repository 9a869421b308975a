import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { QueueId } from '@bulkhead/base/ids.ts'
import type { Saying } from '@bulkhead/mail/ports/person-reports.ts'
import type { NewQueued } from '@bulkhead/mail/ports/queue.ts'
import type { ReceivedReport, ReportFact } from '@bulkhead/mail/ports/reports.ts'
import { onEveryServer, sealedBytes } from '@bulkhead/test/postgres/cell.ts'
import { courierQueue } from '../queue/courier-queue.ts'
import { personReports, personReportsReader } from './person-reports.ts'
import { receivedReports, receivedReportsReader } from './received-reports.ts'
import { dueReports, reportFacts } from './report-facts.ts'

const leaseMs = 60_000
const today = Math.floor(Date.now() / 86_400_000)
const queued = (domain: string): NewQueued => ({
  id: randomUUID() as QueueId, sizeBytes: 5, sender: null, priority: 0, releaseAtMs: null, held: false,
  envelope: sealedBytes(50), body: sealedBytes(20), recipients: [{ domain, sealed: sealedBytes(30) }],
})

onEveryServer('reports', async (t, cell) => {
  await using intake = cell.open('intake', 'queue')
  await using other = cell.open('intake', 'queue')
  await using courier = cell.open('courier', 'queue')
  await using desk = cell.open('desk', 'queue')
  const fact = (domain: string, value: string, more: Partial<ReportFact> = {}): ReportFact =>
    ({ kind: 'dmarc', day: today - 2, domain, published: 'p=none', value, count: 1, ...more })

  await t.test('equal facts are counted, whoever brings them, and the policy seen last stands', async () => {
    assert.equal(await reportFacts(intake).add([fact('a.example', 'x'), fact('a.example', 'x'), fact('a.example', 'y', { count: 5 })]), 0)
    const more = [fact('a.example', 'x', { published: 'p=reject' }), fact('a.example', 'x', { day: today })]
    assert.equal(await reportFacts(courier).add(more), 0)
    const due = await dueReports(intake).claim(leaseMs)
    assert.deepEqual(due && [due.kind, due.day, due.domain, due.published], ['dmarc', today - 2, 'a.example', 'p=reject'])
    assert.ok(due !== undefined)
    assert.deepEqual(await dueReports(intake).facts(due), [{ value: 'y', count: 5 }, { value: 'x', count: 3 }])
    assert.equal(await dueReports(other).claim(leaseMs), undefined, 'leased, and today is not over')
    assert.equal(await dueReports(other).settle({ ...due, lease: due.lease - 1 }, queued('a.example')), false)
    assert.equal(await dueReports(intake).settle(due, queued('a.example')), true)
    assert.equal(await dueReports(intake).settle(due, queued('a.example')), false, 'once')
    assert.equal(await reportFacts(intake).add([fact('a.example', 'late', { count: 2 })]), 2, 'its report is out')
    assert.equal((await courierQueue(courier).claim([{ domain: 'a.example', count: 9 }], leaseMs)).length, 1, 'one mail in the queue')
    assert.equal(await dueReports(intake).claim(leaseMs), undefined)
  })

  await t.test('whoever takes a report and dies leaves it to another', async () => {
    await reportFacts(intake).add([fact('b.example', 'x', { kind: 'tls' })])
    const first = await dueReports(intake).claim(0)
    const second = await dueReports(other).claim(leaseMs)
    assert.ok(first !== undefined && second !== undefined && second.domain === 'b.example')
    assert.equal(await dueReports(intake).settle(first, null), false)
    assert.equal(await dueReports(other).settle(second, null), true)
    assert.deepEqual(await courierQueue(courier).claim([{ domain: 'b.example', count: 9 }], leaseMs), [])
  })

  await t.test('several at once add and claim without standing in each other’s way', async () => {
    const domains = Array.from({ length: 40 }, (_, at) => `c${at}.example`)
    await Promise.all([intake, other, courier, intake].map((one, turn) =>
      reportFacts(one).add((turn % 2 === 0 ? domains : domains.toReversed()).map((domain) => fact(domain, 'x')))))
    const claimed = await Promise.all(Array.from({ length: 20 }, (_, at) => dueReports(at % 2 === 0 ? intake : other).claim(leaseMs)))
    const names = claimed.flatMap((due) => (due === undefined ? [] : [due.domain]))
    assert.equal(new Set(names).size, names.length)
    assert.ok(names.length > 0)
    for (const due of claimed) if (due !== undefined) assert.deepEqual(await dueReports(intake).facts(due), [{ value: 'x', count: 4 }])
  })

  await t.test('neither days far away nor endless facts of one domain find room', async () => {
    assert.equal(await reportFacts(intake).add([fact('d.example', 'x', { day: today - 9 }), fact('d.example', 'x', { day: today + 9 })]), 2)
    const flood = Array.from({ length: 5_000 }, (_, at) => fact('d.example', `row ${at}`))
    assert.equal(await reportFacts(intake).add(flood), 0)
    assert.equal(await reportFacts(intake).add([fact('d.example', 'one more'), fact('d.example', 'row 1')]), 1)
    assert.equal(await reportFacts(intake).add([fact('d.example', 'x'.repeat(9_000))]), 1)
  })

  await t.test('what people say counts once per mark, the last in the place of those before, whoever brings it', async () => {
    await using mailroom = cell.open('mailroom', 'queue')
    await using elsewhere = cell.open('mailroom', 'queue')
    const said = (mark: string, says: Saying, domain = 'spam.example') => ({ mark, says, domain: says === 'nothing' ? '' : domain, campaign: says === 'nothing' ? '' : 'p_1' })
    const counts = async () => (await personReportsReader(desk).of(1, 10)).map(({ kind, domain, count }) => `${kind} ${domain} ${count}`)
    assert.deepEqual(await personReports(mailroom).say([said('a', 'spam'), said('b', 'spam'), said('a', 'spam')]), [true, true, false])
    assert.deepEqual(await personReports(elsewhere).say([said('b', 'phishing'), said('c', 'nothing')]), [true, false])
    assert.deepEqual(await counts(), ['phishing spam.example 1', 'spam spam.example 1'])
    assert.deepEqual(await personReports(elsewhere).say([said('a', 'nothing'), said('a', 'nothing'), said('b', 'spam')]), [true, false, true])
    assert.deepEqual(await counts(), ['spam spam.example 1'])
    const many = Array.from({ length: 250 }, (_, at) => said(`m${at}`, 'spam', 'wave.example'))
    const answers = await Promise.all([mailroom, elsewhere].map((one, turn) => personReports(one).say(turn === 0 ? many : many.toReversed())))
    assert.equal(answers.flat().filter((isNew) => isNew).length, many.length)
    assert.deepEqual(await counts(), ['spam wave.example 250', 'spam spam.example 1'])
  })

  await t.test('what others say of us is kept once and read back', async () => {
    const report: ReceivedReport = { kind: 'dmarc', domain: 'ours.example', beginMs: Date.now() - 1_000, authenticated: true, from: 'google.com', id: '7', summary: '{"messages":3}' }
    assert.equal(await receivedReports(intake).add(report), 'kept')
    assert.equal(await receivedReports(other).add(report), 'known')
    assert.equal(await receivedReports(intake).add({ ...report, id: '8', kind: 'tls' }), 'kept')
    const { domain: _, ...read } = report
    assert.deepEqual((await receivedReportsReader(desk).of('ours.example', 0, 10)).find(({ id }) => id === '7'), read)
    assert.deepEqual(await receivedReportsReader(desk).of('ours.example', Date.now() + 1, 10), [])
    assert.deepEqual(await receivedReportsReader(desk).of('other.example', 0, 10), [])
    const flood = await Promise.all(Array.from({ length: 250 }, (_, at) => receivedReports(intake).add({ ...report, authenticated: false, id: `f${at}` })))
    assert.ok(flood.includes('tooMany'))
    assert.equal(await receivedReports(intake).add({ ...report, id: '9' }), 'kept', 'who is known is not kept out')
  })
})
