/**
 * What JMAP's mail methods take in an account of many messages, through the dispatch and over the store in memory: the first time, and
 * when something changed before each. `node test/flow/jmap-mail-bench.ts [messages]`
 */
import type { ModSeq, Uid } from '@bulkhead/base/ids.ts'
import { jmapInProcess } from '@bulkhead/front/jmap/testing/jmap-in-process.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { generatedMail } from '../bench/mails.ts'

const count = Number(process.argv[2] ?? '100000')
const perAppend = 500
const rounds = 9

const { account, call } = await jmapInProcess()
const { inbox } = account.state()
for (let from = 0; from < count; from += perAppend) {
  const messages = []
  for (let number = from; number < Math.min(count, from + perAppend); number += 1) {
    const mail = generatedMail(number, 1_000)
    const incoming = await account.incoming(mail.length)
    if ('is' in incoming) throw new Error(incoming.why)
    await incoming.write(mail)
    // Not quite in the order of their dates, as mail comes.
    messages.push({ incoming, flags: [], internalDateMs: Date.UTC(2026, 0, 1) + (number - (number % 7)) * 61_000 })
  }
  await account.appendMessages(inbox.id, messages)
}
process.stdout.write(`${count} messages\n`)

let uid = 0
/** One message more or less read: a new state. */
const touch = async (): Promise<void> => {
  uid += 1
  await account.storeFlags(inbox.id, [[uid as Uid, uid as Uid]], 'add', ['\\Seen'])
}

const once = async (work: () => Promise<unknown>): Promise<number> => {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

const shown = (ms: number): string => `${ms.toFixed(1)} ms`.padStart(12)

const timed = async (row: string, work: () => Promise<unknown>, before: () => Promise<void> = async () => undefined): Promise<void> => {
  const first = await once(work)
  const taken: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    await before()
    taken.push(await once(work))
  }
  process.stdout.write(`${row.padEnd(64)}${shown(first)}${shown(taken.toSorted((one, other) => one - other)[rounds >> 1] ?? 0)}\n`)
}

const newest = { filter: { inMailbox: inbox.id }, sort: [{ property: 'receivedAt', isAscending: false }], limit: 50, calculateTotal: true }
const window = (args: JsonObject) => async () => {
  const answer = await call('Email/query', args)
  if (!Array.isArray(answer.ids)) throw new Error(JSON.stringify(answer))
}
const list = ['id', 'threadId', 'mailboxIds', 'keywords', 'size', 'receivedAt', 'from', 'to', 'subject', 'preview', 'hasAttachment']

process.stdout.write(`${''.padEnd(64)}${'first'.padStart(12)}${'then'.padStart(12)}\n`)
await timed('Mailbox/get, one message changed before', () => call('Mailbox/get', {}), touch)
await timed('Email/query, newest 50, one message changed before', window(newest), touch)
await timed('Email/query, the same, threads collapsed', window({ ...newest, collapseThreads: true }), touch)
await timed('Email/query, all mailboxes, unread', window({ ...newest, filter: { notKeyword: '$seen' } }), touch)
await timed('Email/query, the next window, nothing changed', window({ ...newest, position: 500 }))
const { ids } = await call('Email/query', newest)
await timed('Email/get of 50, what a list shows', () => call('Email/get', { ids, properties: list }))
await timed('Email/get of 50, with text bodies', () => call('Email/get', { ids, fetchTextBodyValues: true }))
await timed('Thread/get of 50', async () => {
  const emails = await call('Email/get', { ids, properties: ['threadId'] })
  await call('Thread/get', { ids: emails.list.map(({ threadId }: { threadId: string }) => threadId) })
})
const since = String(account.state().seq - 1) as string
await timed('Email/changes of one message', () => call('Email/changes', { sinceState: since }))
await timed('Email/queryChanges of one message, threads collapsed', async () => {
  const sinceQueryState = String((account.state().seq - 1) as ModSeq)
  await call('Email/queryChanges', { filter: newest.filter, sort: newest.sort, collapseThreads: true, sinceQueryState })
}, touch)
const search = { sort: newest.sort, limit: 25 }
await timed('Email/query, text: 請求書, the first 25', window({ ...search, filter: { text: '請求書' } }), touch)
await timed('Email/query, from: sender13, the first 25', window({ ...search, filter: { from: 'sender13@' } }), touch)
await timed('Email/query, text: 請求書, all', window({ ...newest, filter: { text: '請求書' } }), touch)
await timed('Email/query, subject: 会議, all', window({ ...newest, filter: { subject: '会議' } }), touch)
await timed('Email/query, hasAttachment, all', window({ ...newest, filter: { hasAttachment: true } }), touch)
await timed('Email/query, sorted by subject', window({ ...newest, sort: [{ property: 'subject' }] }), touch)
process.exit(0)
