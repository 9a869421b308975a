/** SEARCH against reading everything, SORT against comparing, over random mail in one mailbox. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { systemClock } from '@bulkhead/base/clock.ts'
import type { MailAccount, MessageList } from '@bulkhead/mail/account/mail-account.ts'
import { sortKeys } from '@bulkhead/wire/imap/sort-grammar.ts'
import type { SearchKey } from '@bulkhead/wire/imap/search-grammar.ts'
import { folded } from '@bulkhead/wire/text/folded.ts'
import { memoryAccount } from '../../../test/golden/in-process.ts'
import type { Ports } from '../ports.ts'
import { testOf } from './question.ts'
import type { Reach } from '@bulkhead/mail/search/reach.ts'
import { everyPosition, searchList } from '@bulkhead/mail/search/search-list.ts'
import { sortPositions } from '@bulkhead/mail/search/sort.ts'
import { unheard } from '../../reporting/person-reporter.ts'

interface Mail {
  readonly subject: string
  readonly body: string
  readonly coding: 'base64' | 'quoted-printable' | '8bit'
  readonly sentDay: number
}

const piece = fc.constantFrom(
  'invoice', 'Harbour', 'ha', ' ', '  ', '\r\n', 'quarterly report', '会議', '議会', '明日', '東京', 'テスト', 'ﾃｽﾄ', 'てすと', 'ガイド', 'ｶﾞｲﾄﾞ',
  'Ａbc', 'ＡＢＣ', '佐々木', '佐佐木', '〜', '～', '港', 'é', 'e\u0301', 'ß', '①', '。', '-', '－', '<b>', '&amp;', '.', '*',
)
const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''))
const mail: fc.Arbitrary<Mail> = fc.record({
  subject: text.map((one) => one.replaceAll('\r\n', ' ').trim()),
  body: text,
  coding: fc.constantFrom('base64', 'quoted-printable', '8bit'),
  sentDay: fc.integer({ min: 1, max: 4 }),
})
const needle = fc.oneof(piece, fc.tuple(piece, piece).map((pair) => pair.join('')), fc.string({ unit: fc.constantFrom(...'haeカ会議港1-～ bc'), minLength: 1, maxLength: 2 }))

const coded = ({ body, coding }: Mail): string => {
  const bytes = Buffer.from(`${body}\r\n`)
  if (coding === '8bit') return bytes.toString()
  if (coding === 'base64') return (bytes.toString('base64').match(/.{1,60}/g) ?? []).join('\r\n')
  return [...bytes].map((byte) => (byte === 0x0d || byte === 0x0a ? String.fromCharCode(byte) : `=${byte.toString(16).padStart(2, '0').toUpperCase()}`)).join('')
}

const asMessage = (one: Mail): Buffer => Buffer.from([
  `Subject: =?UTF-8?B?${Buffer.from(one.subject).toString('base64')}?=`,
  `Date: 0${one.sentDay} Jan 2026 10:00:00 +0900`,
  'MIME-Version: 1.0',
  'Content-Type: text/plain; charset=utf-8',
  `Content-Transfer-Encoding: ${one.coding}`,
  '',
  coded(one),
].join('\r\n'))

const filled = async (account: MailAccount, mails: readonly Mail[]): Promise<MessageList> => {
  const inbox = account.state().inbox.id
  const messages = []
  for (const one of mails) {
    const bytes = asMessage(one)
    const incoming = await account.incoming(bytes.length)
    assert.ok('write' in incoming)
    await incoming.write(bytes)
    messages.push({ incoming, flags: [], internalDateMs: Date.UTC(2026, 0, one.sentDay) })
  }
  await account.appendMessages(inbox, messages)
  return account.state().inbox.messages
}

const portsOf = (account: MailAccount): Ports => ({
  progress: () => undefined,
  account, refresh: async () => undefined, clock: systemClock, gone: new AbortController().signal, login: '', hostName: '', jmapUrl: null, reports: unheard,
})

const found = async (ports: Ports, list: MessageList, key: SearchKey, reach: Reach | null = null): Promise<readonly number[]> => {
  const asked = testOf(key, { shown: list, saved: null, nowMs: 0, decode: (bytes) => bytes.toString() })
  assert.ok(asked)
  return searchList(ports, list, asked, everyPosition(list.count), reach)
}

test('SEARCH finds what reading everything finds', async () => {
  await fc.assert(fc.asyncProperty(fc.array(mail, { minLength: 1, maxLength: 20 }), fc.array(needle, { minLength: 8, maxLength: 8 }), async (mails, needles) => {
    const { account, close } = await memoryAccount()
    const list = await filled(account, mails)
    for (const one of needles) {
      const wanted = folded(one)
      const bytes = Buffer.from(one)
      const by = (matches: (mail: Mail) => boolean): readonly number[] => mails.flatMap((each, at) => (matches(each) ? [at] : []))
      const inBody = ({ body }: Mail): boolean => folded(`${body}\r\n`).includes(wanted)
      const inSubject = ({ subject }: Mail): boolean => folded(subject).includes(wanted)
      const ports = portsOf(account)
      const body = { key: 'body', text: bytes } as const
      const subject = { key: 'header', field: 'subject', text: bytes } as const
      assert.deepEqual(await found(ports, list, body), by(inBody), JSON.stringify(one))
      const either = { key: 'or', left: subject, right: body } as const
      const inEither = by((each) => inSubject(each) || inBody(each))
      assert.deepEqual((await found(ports, list, either, { end: 'first', count: 2 })).slice(0, 2), inEither.slice(0, 2))
      assert.deepEqual((await found(ports, list, either, { end: 'last', count: 2 })).slice(-2), inEither.slice(-2))
      assert.deepEqual(await found(ports, list, subject), by(inSubject), JSON.stringify(one))
      assert.deepEqual(await found(ports, list, { key: 'and', keys: [subject, { key: 'not', negated: body }] }), by((each) => inSubject(each) && !inBody(each)))
    }
    await close()
  }), { numRuns: 60 })
})

/** Many batches of bodies. */
const large = Array.from({ length: 40 }, (): Mail => ({ subject: '', body: `${'harbour '.repeat(11_000)}end`, coding: '8bit', sentDay: 1 }))
const endKey = { key: 'body', text: Buffer.from('r end') } as const

const reading = (account: MailAccount, onRead: () => void) => {
  let read = 0
  const bodies: MailAccount['bodies'] = (messages) => {
    read += messages.length
    onRead()
    return account.bodies(messages)
  }
  const counted: MailAccount = new Proxy(account, { get: (target, name) => {
    if (name === 'bodies') return bodies
    const member: unknown = Reflect.get(target, name)
    return typeof member === 'function' ? member.bind(target) : member
  } })
  return { counted, read: () => read }
}

test('who asks for the first match does not wait for the others', async () => {
  const { account, close } = await memoryAccount()
  const list = await filled(account, large)
  const { counted, read } = reading(account, () => undefined)
  assert.equal((await found(portsOf(counted), list, endKey, { end: 'last', count: 1 })).at(-1), 39)
  assert.ok(read() < large.length, `${read()} bodies read`)
  await close()
})

test('for a client that is gone nothing more is read', async () => {
  const { account, close } = await memoryAccount()
  const list = await filled(account, large)
  const gone = new AbortController()
  const { counted, read } = reading(account, () => gone.abort())
  assert.deepEqual(await found({ ...portsOf(counted), gone: gone.signal }, list, endKey), [])
  assert.ok(read() < large.length, `${read()} bodies read`)
  await close()
})

test('SORT gives every message once, by its keys and then as they stand', async () => {
  const criterion = fc.record({ key: fc.constantFrom(...sortKeys.filter((key) => key !== 'RELEVANCY')), reverse: fc.boolean() })
  const criteria = fc.array(criterion, { minLength: 1, maxLength: 3 })
  await fc.assert(fc.asyncProperty(fc.array(mail, { minLength: 1, maxLength: 20 }), fc.array(criteria, { minLength: 5, maxLength: 5 }), fc.func(fc.boolean()), async (mails, each, isIn) => {
    const { account, close } = await memoryAccount()
    const list = await filled(account, mails)
    const overviews = await Array.fromAsync(account.indexes(mails.map((_, at) => list.messageId(at)), ['overview']))
    const keyOf = (key: (typeof sortKeys)[number], at: number): number | string => {
      if (key === 'SIZE') return list.sizes[at] ?? 0
      if (key === 'ARRIVAL') return list.internalDates[at] ?? 0
      if (key === 'DATE') return overviews[at]?.overview.sentMs ?? 0
      return key === 'SUBJECT' ? (overviews[at]?.overview.baseSubject ?? '') : ''
    }
    // Each twice, of some and of all: what is remembered must be what is made anew.
    for (const [number, wanted] of each.flatMap((one) => [one, one, one, one]).entries()) {
      const positions = mails.flatMap((_, at) => (number % 4 < 2 || isIn(at) ? [at] : []))
      const expected = positions.toSorted((left, right) => {
        for (const { key, reverse } of wanted) {
          const [one, other] = [keyOf(key, left), keyOf(key, right)]
          if (one !== other) return one < other === reverse ? 1 : -1
        }
        return left - right
      })
      assert.deepEqual(await sortPositions(portsOf(account), list, positions, wanted), expected)
    }
    await close()
  }), { numRuns: 10 })
})
