/**
 * What a message's index costs at arrival, in CPU time of this process: the pass over its bytes, and what is derived of it.
 * `node test/flow/derive-bench.ts [messages] [bytes]`
 */
import { encodeMessageIndex } from '@bulkhead/wire/mime/index-codec.ts'
import { textsOf } from '@bulkhead/wire/mime/derived-text.ts'
import { messageIndexer } from '@bulkhead/wire/mime/indexer.ts'
import type { MessageIndex } from '@bulkhead/wire/mime/message-index.ts'
import { overviewOf } from '@bulkhead/wire/mime/overview.ts'
import { generatedMail } from '../bench/mails.ts'

const [, , messages = '300', bytes = '10000'] = process.argv
const turns = 20

const indexed = (mail: Buffer): MessageIndex => {
  const indexer = messageIndexer()
  indexer.push(mail)
  return indexer.end()
}

const mails = Array.from({ length: Number(messages) }, (_, at) => {
  const mail = generatedMail(at, Number(bytes))
  const index = indexed(mail)
  return { mail, index, header: mail.subarray(0, index.root.bodyStart) }
})
type Mail = (typeof mails)[number]

/** Microseconds a message, the least of the turns. */
const cost = (work: (mail: Mail) => unknown): string => {
  const each = Array.from({ length: turns }, () => {
    const before = process.cpuUsage()
    mails.forEach(work)
    const { user, system } = process.cpuUsage(before)
    return (user + system) / mails.length
  })
  return Math.min(...each).toFixed(1).padStart(8)
}

const rows: readonly (readonly [name: string, work: (mail: Mail) => unknown])[] = [
  ['all of the index', ({ mail }) => indexed(mail)],
  ['  preview and digest', ({ mail, index }) => textsOf(index.root, mail, true)],
  ['  overview', ({ header }) => overviewOf(header)],
  ['encoding it', ({ index }) => encodeMessageIndex(index)],
]
for (const [name, work] of rows) process.stdout.write(`${name.padEnd(24)} ${cost(work)} µs\n`)
