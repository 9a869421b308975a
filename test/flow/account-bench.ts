/**
 * An account of many messages: what opening it costs, from its snapshot and from its journal alone, and what changes in it
 * cost, over the store in memory. `node test/flow/account-bench.ts [messages]`
 */
import { newMessageId, type ModSeq, type Uid } from '@bulkhead/base/ids.ts'
import { all, given } from '@bulkhead/mail/account/testing/given.ts'
import { encodeEvent } from '@bulkhead/mail/journal/event-codec.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'

const count = Number(process.argv[2] ?? '1000000')
const eventsPerAppend = 1_000
const rounds = 9

const timed = async (row: string, work: () => Promise<unknown>, times = rounds): Promise<void> => {
  const taken: number[] = []
  for (let round = 0; round < times; round += 1) {
    const begun = performance.now()
    await work()
    taken.push(performance.now() - begun)
  }
  const median = taken.toSorted((one, other) => one - other)[times >> 1] ?? 0
  process.stdout.write(`${row.padEnd(56)} ${median.toFixed(3).padStart(12)} ms\n`)
}

const { account, journal, open, privateKey } = await given()
const first = await open()
const key = realSealing.ownKey(privateKey())
for (let from = 0; from < count; from += eventsPerAppend) {
  const events = Array.from({ length: Math.min(eventsPerAppend, count - from) }, () => realSealing.sealRecord(key, 'event', account, encodeEvent({
    kind: 'arrived', mailbox: null, message: newMessageId(), sizeBytes: 20_000, internalDateMs: Date.now(), flags: [], atMs: Date.now(), thread: null,
  })))
  await journal.append({
    account, events, messages: [], contentKeys: [], addsBytes: 0, addsMessages: 0, expectedHead: null, arrivalDigest: null, keepDigest: false,
  })
}
await timed('open from the journal alone', open, 1)
await first.refresh()
await first.close()
const loaded = await journal.load(account)
const bytes = loaded?.snapshot.segments.reduce((sum, { sealed }) => sum + sealed.length, 0) ?? 0
process.stdout.write(`snapshot, sealed: ${bytes} bytes in ${loaded?.snapshot.segments.length} segments\n`)
await timed('open from the snapshot', open)

const mail = await open()
const { id } = mail.state().inbox
const one = (uid: number) => [[uid as Uid, uid as Uid]] as const
let turn = 0
const mode = () => ((turn += 1) % 2 === 0 ? 'remove' : 'add')
await timed('STORE of one message', () => mail.storeFlags(id, one(count >> 1), mode(), ['\\Seen']))
await timed('STORE 1:10000', () => mail.storeFlags(id, [[1 as Uid, 10_000 as Uid]], mode(), ['\\Flagged']))
await timed('STORE 1:*', () => mail.storeFlags(id, all, mode(), ['\\Answered']))
await timed('expunge of one message', () => mail.expunge(id, one(100 + 2 * (turn += 1)), 'always'))
const since = mail.state().inbox.highestModSeq
const scattered = Array.from({ length: 1_000 }, (_, at) => 20_000 + 7 * at)
await mail.storeFlags(id, scattered.map((uid) => [uid as Uid, uid as Uid]), 'add', ['$Changed'])
await mail.expunge(id, scattered.map((uid) => [(uid + 1) as Uid, (uid + 1) as Uid]), 'always')
await timed('QRESYNC: 1,000 vanished and 1,000 changed', async () => {
  const { inbox } = mail.state()
  const { messages } = inbox
  let changed = 0
  for (let at = 0; at < messages.count; at += 1) if (messages.modSeq(at) > since) changed += 1
  if (changed !== 1_000 || inbox.vanishedSince(since as ModSeq).length !== 1_000) throw new Error('not what was changed')
})
process.exit(0)
