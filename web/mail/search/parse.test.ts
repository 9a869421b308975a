import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Mailbox } from '../jmap/types.ts'
import { dateIn } from './dates.ts'
import { operatorNames, type SearchWorld } from './operators.ts'
import { parseSearch } from './parse.ts'

const rights = {
  mayReadItems: true, mayAddItems: true, mayRemoveItems: true, maySetSeen: true, maySetKeywords: true, mayCreateChild: true, mayRename: true, mayDelete: true, maySubmit: true,
}
const mailbox = (id: string, name: string, role: string | null = null): Mailbox => ({
  id, name, parentId: null, role, sortOrder: 0, totalEmails: 0, unreadEmails: 0, totalThreads: 0, unreadThreads: 0, isSubscribed: true, myRights: rights,
})
const world: SearchWorld = {
  now: new Date(2026, 10, 21, 12),
  mailboxes: [mailbox('I', 'Inbox', 'inbox'), mailbox('K', '取引先 株式会社')],
  roleNames: { inbox: ['受信箱', '受信トレイ'] },
}
const utc = (year: number, month: number, day: number) => new Date(year, month - 1, day).toISOString().replace('.000Z', 'Z')

const and = (...conditions: object[]) => ({ operator: 'AND', conditions })
const cases: readonly [string, object | undefined][] = [
  ['', undefined],
  ['　 ', undefined],
  ['from:hanako', { from: 'hanako' }],
  ['差出人：花子', { from: '花子' }],
  ['ＦＲＯＭ：花子', { from: '花子' }],
  ['件名:"月次 報告"', { subject: '月次 報告' }],
  ['件名：「月次 報告」', { subject: '月次 報告' }],
  ['見積　添付あり', and({ text: '見積' }, { hasAttachment: true })],
  ['"exact words"', { text: '"exact words"' }],
  ['a OR b c', and({ operator: 'OR', conditions: [{ text: 'a' }, { text: 'b' }] }, { text: 'c' })],
  ['請求書 または 見積書', { operator: 'OR', conditions: [{ text: '請求書' }, { text: '見積書' }] }],
  ['-from:spam 未読', and({ operator: 'NOT', conditions: [{ from: 'spam' }] }, { notKeyword: '$seen' })],
  ['－広告', { operator: 'NOT', conditions: [{ text: '広告' }] }],
  ['（a OR b） is:starred', and({ operator: 'OR', conditions: [{ text: 'a' }, { text: 'b' }] }, { hasKeyword: '$flagged' })],
  ['in:受信箱 会議', and({ inMailbox: 'I' }, { text: '会議' })],
  ['in:取引先', { inMailbox: 'K' }],
  ['in:nowhere', { maxSize: 0 }],
  ['in:anywhere x', { text: 'x' }],
  ['after:2026/11/01 before:2026年11月20日', and({ after: utc(2026, 11, 1) }, { before: utc(2026, 11, 20) })],
  ['以降：令和８年１１月１日', { after: utc(2026, 11, 1) }],
  ['before:soon', { maxSize: 0 }],
  ['larger:5M smaller:10MB', and({ minSize: 5_242_880 }, { maxSize: 10_485_760 })],
  ['rfc822msgid:<a:b@example.jp>', { header: ['Message-ID', 'a:b@example.jp'] }],
  ['https://example.jp/a', { text: 'https://example.jp/a' }],
  ['12:30', { text: '12:30' }],
  ['from:', undefined],
  [')', undefined],
  ['e-mail', { text: 'e-mail' }],
]
for (const [search, expected] of cases) test(`search: ${search}`, () => assert.deepEqual(parseSearch(search, world), expected))

test('days as they are written here', () => {
  const now = new Date(2026, 2, 3)
  const days: readonly [string, readonly [number, number, number]][] = [
    ['R8.3.1', [2026, 3, 1]], ['平成31年4月30日', [2019, 4, 30]], ['令和元年5月1日', [2019, 5, 1]], ['12/31', [2025, 12, 31]], ['３月１日', [2026, 3, 1]], ['昨日', [2026, 3, 2]], ['2026-02', [2026, 2, 1]],
  ]
  for (const [text, [year, month, day]] of days) assert.deepEqual(dateIn(text, now), new Date(year, month - 1, day), text)
  for (const wrong of ['2026/13/01', '2026/02/30', '', 'R8', 'x']) assert.equal(dateIn(wrong, now), undefined, wrong)
})

test('trash and junk are left out unless a place is named', () => {
  const withTrash = { ...world, mailboxes: [...world.mailboxes, mailbox('T', 'Trash', 'trash')] }
  assert.deepEqual(parseSearch('x', withTrash), and({ text: 'x' }, { inMailboxOtherThan: ['T'] }))
  assert.deepEqual(parseSearch('x in:trash', withTrash), and({ text: 'x' }, { inMailbox: 'T' }))
})

test('whatever is typed is some filter', () => {
  const piece = fc.constantFrom(...Object.keys(operatorNames).map((name) => `${name}：`), '(', ')', '（', '-', ' OR ', '"', '「', ' ', '　', 'x', '花子', ':', '5M', '令和8年')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const filter = parseSearch(pieces.join(''), world)
      assert.ok(filter === undefined || Object.keys(filter).length > 0)
    }),
    { numRuns: 500 },
  )
})
