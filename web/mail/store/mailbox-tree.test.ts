import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Mailbox } from '../jmap/types.ts'
import { treeOf } from './mailbox-tree.ts'

const rights = {
  mayReadItems: true, mayAddItems: true, mayRemoveItems: true, maySetSeen: true, maySetKeywords: true, mayCreateChild: true, mayRename: true, mayDelete: true, maySubmit: true,
}
const mailbox = (id: string, name: string, parentId: string | null = null, role: string | null = null): Mailbox => ({
  id, name, parentId, role, sortOrder: 0, totalEmails: 0, unreadEmails: 0, totalThreads: 0, unreadThreads: 0, isSubscribed: true, myRights: rights,
})

test('roles come first, in the order people expect; then names, children below parents', () => {
  const rows = treeOf([
    mailbox('1', '2026年', '2'), mailbox('2', '取引先'), mailbox('3', 'Trash', null, 'trash'), mailbox('4', 'Inbox', null, 'inbox'), mailbox('5', 'Sent', null, 'sent'),
    mailbox('6', '10 ten'), mailbox('7', '9 nine'),
  ])
  assert.deepEqual(rows.map(({ mailbox: { name }, depth }) => `${'-'.repeat(depth)}${name}`), ['Inbox', 'Sent', 'Trash', '9 nine', '10 ten', '取引先', '-2026年'])
})

test('one whose parent is not there stands at the top; a circle is not followed', () => {
  assert.deepEqual(treeOf([mailbox('1', 'a', 'gone')]).map(({ depth }) => depth), [0])
  assert.deepEqual(treeOf([mailbox('1', 'a', '2'), mailbox('2', 'b', '1')]), [])
})
