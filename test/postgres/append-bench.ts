/**
 * Durable appends a second, the store alone: `node test/postgres/append-bench.ts [seconds] [deliverers] [body bytes]`.
 * Each deliverer appends one message with its event and digest, waits for the answer, acknowledges, goes on.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { newAccountHandle, newMessageId } from '@bulkhead/base/ids.ts'
import type { Append } from '@bulkhead/mail/ports/journal-store.ts'
import { groupLimits } from '@bulkhead/store/journal/group-commit.ts'
import { openJournalStore } from '@bulkhead/store/journal/journal-store.ts'
import { sql } from '@bulkhead/store/sql/sql.ts'
import { provisionTestCell } from './cell.ts'
import { externalServer, embeddedServer, startTestPostgres } from './harness.ts'

const [seconds = 5, deliverers = 10, bodyBytes = 10_240] = process.argv.slice(2).map(Number)
const settings = Object.fromEntries((process.env['PGSET'] ?? '').split(',').filter(Boolean).map((pair) => pair.split('=')))
const limits = { ...groupLimits, ...JSON.parse(process.env['LIMITS'] ?? '{}') }
const server = process.env['EXTERNAL'] === '1' ? (externalServer() ?? embeddedServer()) : embeddedServer()

await using postgres = await startTestPostgres(server, { settings: { shared_buffers: '256MB', ...settings }, asInProduction: true })
const cell = await provisionTestCell(postgres)
const { intake } = cell.urls
if (intake.mail === undefined) throw new Error('no mail database')
const noBlobs = {
  create: () => Promise.reject(new Error('no blobs')),
  open: async () => undefined,
  remove: async () => undefined,
  removeAll: async () => undefined,
}
await using journal = openJournalStore({ url: intake.mail, blobs: noBlobs, prunesArrivals: false, limits })

const accounts = Array.from({ length: 200 }, newAccountHandle)
{
  await using desk = cell.open('desk', 'mail')
  for (const account of accounts) await desk.run(sql`select from ask.open_journal(${account}, ${null})`)
}
const body = randomBytes(bodyBytes + 64)
const index = randomBytes(2_500)
const event = randomBytes(180)

const one = (): Append => ({
  account: accounts[Math.floor(Math.random() * accounts.length)] ?? newAccountHandle(),
  events: [event],
  messages: [{ message: newMessageId(), sizeBytes: bodyBytes, index, body: { in: 'row', sealed: body } }],
  contentKeys: [],
  addsBytes: bodyBytes,
  addsMessages: 1,
  expectedHead: null,
  arrivalDigest: Buffer.from(randomUUID().replaceAll('-', ''), 'hex'),
  keepDigest: false,
})

let appended = 0
const latencies: number[] = []
const deliver = async (untilMs: number): Promise<void> => {
  while (performance.now() < untilMs) {
    const append = one()
    const began = performance.now()
    const answer = await journal.append(append)
    latencies.push(performance.now() - began)
    if (answer.is !== 'appended') throw new Error(answer.is)
    if (append.arrivalDigest !== null) journal.acknowledged(append.account, append.arrivalDigest)
    appended += 1
  }
}
const round = async (ms: number): Promise<number> => {
  appended = 0
  latencies.length = 0
  const began = performance.now()
  await Promise.all(Array.from({ length: deliverers }, () => deliver(began + ms)))
  return appended / ((performance.now() - began) / 1_000)
}
await round(1_000)
const cpu = process.cpuUsage()
const rate = await round(seconds * 1_000)
const used = process.cpuUsage(cpu)
latencies.sort((a, b) => a - b)
const at = (share: number): string => (latencies[Math.floor(latencies.length * share)] ?? 0).toFixed(1)
console.log(`${postgres.name}: ${deliverers} deliverers, ${bodyBytes} bytes: ${rate.toFixed(0)} messages/s durable,`
  + ` p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, node ${((used.user + used.system) / 1e3 / appended).toFixed(2)} ms CPU a message`)
