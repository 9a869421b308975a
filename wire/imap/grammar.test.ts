import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { appendReader } from './append-grammar.ts'
import { commandLine } from './command-line.ts'
import { date, dateTime, dateTimeText } from './date.ts'
import { fetchAttributes } from './fetch-grammar.ts'
import { flags } from './flag.ts'
import { imapUrl } from './imap-url.ts'
import { nestingMax, searchKeysMax, searchTextBytesMax } from './limits.ts'
import { listArguments, statusList } from './list-grammar.ts'
import { fromModifiedUtf7, mailboxName, toModifiedUtf7 } from './mailbox-name.ts'
import { mailbox, string as stringText } from './response.ts'
import { comparatorPatterns } from './comparator-grammar.ts'
import { contextTags } from './context-grammar.ts'
import { searchElsewhere } from './esearch-grammar.ts'
import { searchProgram } from './search-grammar.ts'
import { sortProgram, threadProgram } from './sort-grammar.ts'
import { astring, nstring, parsed, scanOf, type Parser } from './scan.ts'
import {
  eachPosition, positionsOfNumbers, positionsOfUids, sequenceSet, setText,
} from './sequence-set.ts'

const parse = <T>(text: string | Buffer, parser: Parser<T>): T | undefined => {
  const scan = scanOf(typeof text === 'string' ? Buffer.from(text, 'latin1') : text)
  const result = parsed(scan, parser)
  return result.is === 'parsed' && scan.at === scan.bytes.length ? result.value : undefined
}

const everyParser: readonly Parser<unknown>[] = [
  commandLine, fetchAttributes, searchProgram, searchElsewhere, sortProgram, threadProgram, contextTags, comparatorPatterns, listArguments, statusList, sequenceSet, flags, mailboxName, astring, nstring,
  date, dateTime,
]

test('hostile input is refused and never throws', () => {
  const shard = fc.constantFrom(
    '(', ')', '[', ']', '{3}\r\n', '{999999999999}\r\n', '"', '\\', '*', '%', '&', '-', ' ', 'BODY', 'BODY.PEEK[', 'HEADER.FIELDS',
    'OR', 'NOT', '1:*', ',', ':', '4294967296', 'UID', 'SINCE', '1-Jan-2026', 'NIL', '\0', '\xff', '\r\n', '<0.5>', 'RETURN', 'CHARSET',
  )
  fc.assert(
    fc.property(fc.array(fc.oneof(shard, fc.string({ maxLength: 4 })), { maxLength: 30 }), (shards) => {
      const bytes = Buffer.from(shards.join(''), 'latin1')
      for (const parser of everyParser) parsed(scanOf(bytes), parser)
      appendReader().segment(Buffer.concat([Buffer.from('a APPEND '), bytes]))
      imapUrl(bytes)
    }),
    { numRuns: 2_000 },
  )
})

test('deep nesting is refused', () => {
  const deep = nestingMax * 100
  assert.equal(parse(`${'('.repeat(deep)}ALL${')'.repeat(deep)}`, searchProgram), undefined)
  assert.equal(parse(`${'NOT '.repeat(deep)}ALL`, searchProgram), undefined)
  assert.equal(parse(`${'OR ALL '.repeat(deep)}ALL`, searchProgram), undefined)
  assert.equal(parse(`${'ALL '.repeat(searchKeysMax)}ALL`, searchProgram), undefined)
  assert.equal(parse(`BODY "${'a'.repeat(searchTextBytesMax + 1)}"`, searchProgram), undefined)
})

test('a sequence set of a million ranges is refused before it is built', () => {
  const begun = performance.now()
  assert.equal(parse(Array.from({ length: 1_000_000 }, (_, at) => `${2 * at + 1}`).join(','), sequenceSet), undefined)
  assert.ok(performance.now() - begun < 1_000)
})

test('a mailbox name comes back from modified UTF-7, and only one spelling is taken', () => {
  const name = fc.string({ unit: 'grapheme', maxLength: 20 })
  fc.assert(fc.property(name, (text) => {
    if (text.isWellFormed()) assert.equal(fromModifiedUtf7(toModifiedUtf7(text)), text)
  }))
  assert.equal(toModifiedUtf7('日本語 & more'), '&ZeVnLIqe- &- more')
  assert.equal(fromModifiedUtf7('&AGE-'), undefined)
  assert.equal(fromModifiedUtf7('&'), undefined)
  assert.equal(fromModifiedUtf7('&ZeVnLIq-'), undefined)
})

test('a name sent back as it was listed is the same name', () => {
  const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((text) => text.isWellFormed() && !text.includes('\0'))
  fc.assert(fc.property(name, (text) => {
    const again = parse(Buffer.from(mailbox(text, false)), mailboxName)
    assert.equal(again?.toUpperCase(), text.toUpperCase())
  }))
})

test('any text comes back from its string form', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
    if (!text.isWellFormed() || text.includes('\0')) return
    assert.equal(parse(Buffer.from(stringText(text)), astring)?.toString(), text)
  }))
})

test('INBOX is one mailbox in any case', () => {
  assert.equal(parse('inBox', mailboxName), 'INBOX')
  assert.equal(parse('"inbox/Sub"', mailboxName), 'INBOX/Sub')
  assert.equal(parse('inboxes', mailboxName), 'inboxes')
})

test('positions of a set are those of its numbers', () => {
  const end = fc.oneof(fc.integer({ min: 1, max: 30 }), fc.constant('*' as const))
  const written = fc.array(fc.tuple(end, fc.option(end)), { minLength: 1, maxLength: 8 })
  fc.assert(fc.property(written, fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 30 }), (ranges, numbers) => {
    const uids = Uint32Array.from(numbers.sort((a, b) => a - b))
    const text = ranges.map(([from, to]) => (to === null ? `${from}` : `${from}:${to}`)).join(',')
    const set = parse(text, sequenceSet)
    assert.ok(set !== undefined)
    const last = uids.at(-1) ?? 0
    const wanted = new Set<number>()
    for (const [from, to] of ranges) {
      const a = from === '*' ? last : from
      const b = to === null ? a : to === '*' ? last : to
      uids.forEach((uid, at) => uid >= Math.min(a, b) && uid <= Math.max(a, b) && wanted.add(at))
    }
    assert.deepEqual([...eachPosition(positionsOfUids(set, uids, uids.length))], [...wanted].sort((a, b) => a - b))
  }))
  assert.equal(positionsOfNumbers([[1, 4]], 3), undefined)
  assert.deepEqual(positionsOfNumbers([[3, 1], [2, 2]], 3), [[0, 2]])
  assert.equal(setText([1, 2, 3, 7, 9, 10]), '1:3,7,9:10')
})

test('a date-time comes back', () => {
  fc.assert(fc.property(fc.integer({ min: -30_000_000_000, max: 250_000_000_000 }), (seconds) => {
    assert.equal(parse(dateTimeText(seconds * 1_000), dateTime), seconds * 1_000)
  }))
  assert.equal(parse('"17-Jul-1996 02:44:25 -0700"', dateTime), Date.UTC(1996, 6, 17, 9, 44, 25))
  assert.equal(parse('31-Feb-2026', date), undefined)
  assert.equal(parse('1-Feb-2026', date), Date.UTC(2026, 1, 1))
})

test('FETCH attributes keep the words of the client in their label', () => {
  const [first] = parse('BODY.PEEK[1.2.HEADER.FIELDS (From "X-Odd")]<10.20>', fetchAttributes) ?? []
  assert.deepEqual(first, {
    item: 'section', label: 'BODY[1.2.HEADER.FIELDS (FROM X-ODD)]<10>', peek: true,
    section: { path: [1, 2], text: 'fields', names: ['from', 'x-odd'] }, partial: { offset: 10, count: 20 },
  })
  assert.equal(parse('FULL', fetchAttributes)?.length, 5)
  assert.equal(parse('BODY[MIME]', fetchAttributes), undefined)
  assert.equal(parse('BODY[1.]', fetchAttributes), undefined)
  assert.equal(parse('(UID FLAGS BODY[1.MIME])', fetchAttributes)?.length, 3)
  assert.equal(parse('()', fetchAttributes), undefined)
})

test('a search program is what its parentheses say', () => {
  assert.deepEqual(parse('RETURN (MIN COUNT) CHARSET UTF-8 OR (SEEN FROM a) NOT 1:2', searchProgram), {
    charset: 'UTF-8',
    returns: { options: new Set(['MIN', 'COUNT']), partial: null, fetches: [] },
    key: {
      key: 'or',
      left: { key: 'and', keys: [{ key: 'flag', flag: '\\Seen', set: true }, { key: 'header', field: 'from', text: Buffer.from('a') }] },
      right: { key: 'not', negated: { key: 'numbers', set: [[1, 2]] } },
    },
  })
})
