/**
 * Dear and deceptive mail (`dear-mail.ts`) opened in every way there is, at a platform that runs: by MessageView and its documents, Email/get,
 * Email/parse, IMAP; each is answered or refused in words, and somebody else's commands go on meanwhile.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plainWebPort } from '@bulkhead/run/config/web.ts'
import { deliver } from '../bench/load/deliver.ts'
import { openImap } from '../bench/load/imap.ts'
import { treeKiB } from '../bench/load/memory.ts'
import type { Platform } from '../platform/platform.ts'
import { dearMails, deceptiveNames } from './dear-mail.ts'

// What an answer holds is looked at by the tests.
// oxlint-disable-next-line typescript/no-explicit-any
type Json = any

export interface Opening {
  platform(): Platform
  readonly cell: string
  readonly address: string
  readonly password: string
  /** What somebody else waited for at most, in seconds, and what is patience. */
  slowestDuring(attack: () => Promise<unknown>): Promise<number>
  readonly patienceSeconds: number
}

interface Reader {
  readonly origin: string
  call(name: string, args: object): Promise<Json>
  get(url: string): Promise<Response>
}

const readerOf = async ({ platform, cell, address, password }: Opening): Promise<Reader> => {
  const origin = `http://localhost:${platform().portOf(cell, plainWebPort)}`
  const headers = { authorization: `Basic ${Buffer.from(`${address}:${password}`).toString('base64')}`, 'content-type': 'application/json' }
  const session: Json = await (await fetch(`${origin}/.well-known/jmap`, { headers })).json()
  const [accountId] = Object.keys(session.accounts)
  return {
    origin,
    async call(name, args) {
      const body = JSON.stringify({ using: Object.keys(session.capabilities), methodCalls: [[name, { accountId, ...args }, 'c']] })
      const response = await fetch(`${origin}/jmap/api`, { method: 'POST', headers, body })
      assert.equal(response.status, 200)
      const [[given, answered]]: Json = ((await response.json()) as Json).methodResponses
      assert.equal(given, name, JSON.stringify(answered))
      return answered
    },
    get: (url) => fetch(url, { headers: url.includes('/content/') ? {} : headers }),
  }
}

const everything = {
  properties: ['id', 'blobId', 'subject', 'from', 'to', 'cc', 'headers', 'bodyStructure', 'bodyValues', 'textBody', 'htmlBody', 'attachments', 'preview'],
  bodyProperties: ['partId', 'blobId', 'size', 'type', 'name', 'cid', 'headers'], fetchAllBodyValues: true,
}

interface Opened {
  readonly email: Json
  readonly parsed: Json
  readonly view: Json
  readonly document: string
}

const subjectsNow = async ({ call }: Reader): Promise<ReadonlyMap<string, string>> => {
  const { ids } = await call('Email/query', { sort: [{ property: 'receivedAt', isAscending: false }], limit: 50 })
  const { list } = await call('Email/get', { ids, properties: ['subject'] })
  return new Map(list.map(({ subject, id }: Json) => [subject, id]))
}

const arrived = async (reader: Reader, subject: string): Promise<string> => {
  for (;;) {
    const id = (await subjectsNow(reader)).get(subject)
    if (id !== undefined) return id
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

const readAll = async (response: Response): Promise<number> => {
  let sizeBytes = 0
  for await (const chunk of response.body ?? []) sizeBytes += chunk.length
  return sizeBytes
}

const openedBy = async (reader: Reader, id: string): Promise<Opened> => {
  const { list: [email] } = await reader.call('Email/get', { ids: [id], ...everything })
  const { parsed } = await reader.call('Email/parse', { blobIds: [email.blobId], properties: everything.properties.slice(2), fetchAllBodyValues: true })
  const { list: [view] } = await reader.call('MessageView/get', { ids: [id], quote: true })
  const document = view.body.is === 'html' ? await (await reader.get(view.body.url)).text() : ''
  for (const url of [view.printUrl, view.sourceUrl, view.emlUrl, ...view.attachments.slice(0, 12).map((one: Json) => one.url)]) {
    const response = await reader.get(url)
    assert.equal(response.status, 200, url)
    await readAll(response)
  }
  return { email, parsed: parsed[email.blobId], view, document }
}

/** What an answer has to say of some of them, beside that there is one. */
const says: Readonly<Record<string, (opened: Opened) => void>> = {
  'twenty megabytes': ({ view, email }) => {
    assert.deepEqual([view.body.is, view.attachmentsTotal, email.attachments[0].size > 15_000_000], ['text', 1, true])
  },
  'twenty megabytes of text': ({ view, email }) => {
    assert.deepEqual([view.body.is, view.body.truncated, email.bodyValues['1'].isTruncated], ['text', true, true])
  },
  'half a million paragraphs': ({ view, document }) => {
    assert.deepEqual([view.body.is, view.body.truncated], ['html', true])
    assert.ok(document.length < 4_000_000)
  },
  'fifty thousand parts': ({ view, email }) => {
    assert.ok(email.attachments.length <= 1_000 && view.attachments.length <= 200 && view.attachmentsTotal > view.attachments.length)
  },
  'five thousand recipients': ({ view, email, parsed }) => {
    assert.deepEqual([email.cc.length, parsed.cc.length, view.counts.cc, view.cc.length], [5_000, 5_000, 5_000, 200])
  },
  'turned': ({ view }) => {
    assert.deepEqual(view.from.map(({ name, email }: Json) => [name, email]), [['knaB ruoY', 'far@outside.example']])
  },
  'deceptive names': ({ view }) => {
    const names: readonly string[] = view.attachments.map(({ name }: Json) => name)
    assert.equal(names.length, deceptiveNames.length)
    for (const name of names) assert.match(name, /^(?!\.)[^/\\\p{Cc}\p{Cf}]{1,200}$/u)
    assert.ok(view.warnings.some(({ kind, level }: Json) => kind === 'deceptiveAttachment' && level === 'danger'))
    assert.deepEqual(view.attachments.flatMap(({ name, deceptive }: Json) => (deceptive ? [name] : [])), ['invoicefdp.exe', 'cmd.exe', 'photo.jpg .scr', 'bill.pdf.exe'])
  },
}

/** Far above what is measured, below what a mailroom may have. */
const growsKiBMax = 900_000

export const openedMailTests = (opening: Opening): void => {
  for (const { subject, message } of dearMails) {
    test(`opened in every way: ${subject}`, { timeout: 240_000 }, async () => {
      const { platform, cell, address, password, patienceSeconds } = opening
      const before = treeKiB(platform().pid)
      const reader = await readerOf(opening)
      const { accepted, refused } = await deliver({
        port: platform().portOf(cell, 25), lmtp: false, sessions: 1, reversePath: 'a@outside.example', jobs: [{ forwardPath: address, message }],
      })
      assert.equal(accepted, 1, refused.join())
      const id = await arrived(reader, subject)
      const opened: Opened[] = []
      const slowest = await opening.slowestDuring(async () => {
        opened.push(await openedBy(reader, id))
        using client = await openImap(platform().portOf(cell, 143))
        await client.run(`LOGIN ${address} ${password}`)
        await client.run('SELECT INBOX')
        await client.run('FETCH * (ENVELOPE BODYSTRUCTURE PREVIEW BODY.PEEK[])')
      })
      for (const one of opened) says[subject]?.(one)
      assert.equal(opened.length, 1)
      assert.ok(slowest < patienceSeconds, `${slowest} s`)
      assert.ok(treeKiB(platform().pid) - before < growsKiBMax)
    })
  }
}
