import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Uid } from '@bulkhead/base/ids.ts'
import type { AccountState, MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import { parsed, scanOf } from '@bulkhead/wire/imap/scan.ts'
import { notifyArguments } from '@bulkhead/wire/imap/notify-grammar.ts'
import { memoryAccount, testLimits } from '../../../test/golden/in-process.ts'
import { newSession, type Session } from '../session.ts'
import { notices } from './notices.ts'
import { listeningTo } from './watch.ts'

const everything = 'SET (personal (MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange MailboxMetadataChange))'

const listening = (state: AccountState): Session => {
  const given = parsed(scanOf(Buffer.from(everything)), notifyArguments)
  assert.ok(given.is === 'parsed' && given.value.is === 'set')
  return { ...newSession, notify: listeningTo(given.value.groups, state) }
}

/** What somebody knows of the account who looked once and then listens. */
interface Known {
  readonly names: Set<string>
  readonly subscribed: Set<string>
  readonly counts: Map<string, string>
}

const countsOf = ({ messages, uidNext, unseen }: { messages: { count: number }; uidNext: number; unseen: number }): string => `${messages.count} ${uidNext} ${unseen}`

const lookAt = (state: AccountState): Known => ({
  names: new Set([...state.mailboxes.values()].map(({ name }) => name)),
  subscribed: new Set(state.subscriptions),
  counts: new Map([...state.mailboxes.values()].map((mailbox) => [mailbox.name, countsOf(mailbox)])),
})

const nowCalled = (known: Known, before: string, name: string): void => {
  for (const old of [...known.names].filter((one) => one === before || one.startsWith(`${before}/`))) {
    const renamed = name + old.slice(before.length)
    known.names.delete(old)
    known.names.add(renamed)
    known.counts.set(renamed, known.counts.get(old) ?? '')
    known.counts.delete(old)
  }
}

const follow = (known: Known, line: string): void => {
  const listed = /^\* LIST \(([^)]*)\) "\/" "([^"]*)"(?: \("OLDNAME" \("([^"]*)"\)\))?\r\n$/.exec(line)
  if (listed !== null) {
    const [, attributes = '', name = '', before] = listed
    if (before !== undefined) nowCalled(known, before, name)
    if (attributes.includes('\\NonExistent')) {
      known.names.delete(name)
      known.counts.delete(name)
    } else if (!known.names.has(name)) {
      known.names.add(name)
      known.counts.set(name, '0 1 0')
    }
    if (attributes.includes('\\Subscribed')) known.subscribed.add(name)
    else known.subscribed.delete(name)
    return
  }
  const status = /^\* STATUS "([^"]*)" \(MESSAGES (\d+) UIDNEXT (\d+) UIDVALIDITY \d+ UNSEEN (\d+)\)\r\n$/.exec(line)
  assert.ok(status, `a notice: ${line}`)
  known.counts.set(status[1] ?? '', status.slice(2).join(' '))
}

const file = async (account: MailAccount, name: string): Promise<void> => {
  const incoming = await account.incoming(20)
  assert.ok('write' in incoming)
  await incoming.write(Buffer.from('Subject: a\r\n\r\nbody\r\n'))
  const mailbox = account.state().byName(name)
  if (mailbox === undefined) return incoming.discard()
  await account.appendMessages(mailbox.id, [{ incoming, flags: [], internalDateMs: 0 }])
}

type Deed = readonly [is: 'create' | 'delete' | 'rename' | 'subscribe' | 'unsubscribe' | 'file' | 'see' | 'expunge' | 'move', one: string, other: string]

const perform = async (account: MailAccount, [is, one, other]: Deed): Promise<unknown> => {
  const mailbox = account.state().byName(one)
  const uid = mailbox?.messages.uids[0] as Uid | undefined
  switch (is) {
    case 'create': return account.createMailbox(one, null)
    case 'delete': return account.deleteMailbox(one)
    case 'rename': return account.renameMailbox(one, other)
    case 'subscribe': return account.subscribe(one, true)
    case 'unsubscribe': return account.subscribe(one, false)
    case 'file': return file(account, one)
    case 'see': return mailbox && uid && account.storeFlags(mailbox.id, [[uid, uid]], 'add', ['\\Seen'])
    case 'expunge': return mailbox && uid && account.expunge(mailbox.id, [[uid, uid]], 'always')
    case 'move': {
      const target = account.state().byName(other)
      return mailbox && uid && target && account.moveMessages(mailbox.id, [[uid, uid]], target.id)
    }
  }
}

const name = fc.constantFrom('INBOX', 'a', 'a/b', 'a/b/c', 'd', 'd/b', 'e')
const deed: fc.Arbitrary<Deed> = fc.tuple(
  fc.constantFrom('create', 'delete', 'rename', 'subscribe', 'unsubscribe', 'file', 'see', 'expunge', 'move'), name, name,
)

test('whoever listens knows what there is, whatever happened between two notices', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.array(deed, { minLength: 1, maxLength: 3 }), { maxLength: 8 }), async (turns) => {
    const { account, close } = await memoryAccount()
    for (const mailbox of ['a', 'a/b', 'd']) await account.createMailbox(mailbox, null)
    let session = listening(account.state())
    const known = lookAt(account.state())
    for (const turn of turns) {
      for (const one of turn) await perform(account, one)
      const told = notices(session, account.state(), testLimits)
      session = told.session
      for (const line of told.lines) follow(known, line)
    }
    assert.deepEqual(new Map([...known.counts].sort()), new Map([...lookAt(account.state()).counts].sort()))
    assert.deepEqual([...known.names].sort(), [...lookAt(account.state()).names].sort())
    assert.deepEqual([...known.subscribed].sort(), [...account.state().subscriptions].sort())
    assert.deepEqual(notices(session, account.state(), testLimits).lines, [])
    await close()
  }), { numRuns: 150 })
})

test('names that changed places are told as gone and new, and so are more renames than are followed', async () => {
  const { account, close } = await memoryAccount()
  const numbers = Array.from({ length: 51 }, (_, at) => at)
  for (const mailbox of ['a', 'd', ...numbers.map((number) => `n${number}`)]) await account.createMailbox(mailbox, null)
  await file(account, 'a')
  const session = listening(account.state())
  for (const [from, to] of [['a', 't'], ['d', 'a'], ['t', 'd']] as const) await account.renameMailbox(from, to)
  const told = notices(session, account.state(), testLimits)
  assert.deepEqual(told.lines.map((line) => line.replace(/UIDVALIDITY \d+ /, '').trim()), [
    '* LIST (\\NonExistent \\Noselect) "/" "a"',
    '* LIST (\\HasNoChildren) "/" "a" ("OLDNAME" ("d"))',
    '* LIST (\\HasNoChildren) "/" "d"',
    '* STATUS "d" (MESSAGES 1 UIDNEXT 2 UNSEEN 1)',
  ])
  for (const number of numbers) await account.renameMailbox(`n${number}`, `m${number}`)
  const { lines } = notices(told.session, account.state(), testLimits)
  assert.equal(lines.length, 102)
  assert.ok(!lines.join('').includes('OLDNAME'))
  await close()
})

test('too much at once ends the listening', async () => {
  const { account, close } = await memoryAccount()
  const session = listening(account.state())
  await Promise.all(Array.from({ length: 1_001 }, (_, at) => account.subscribe(`away-${at}`, true)))
  const told = notices(session, account.state(), testLimits)
  assert.match(told.lines.join(''), /^\* OK \[NOTIFICATIONOVERFLOW\] [^\r\n]*\r\n$/)
  await account.createMailbox('later', null)
  assert.deepEqual(notices(told.session, account.state(), testLimits).lines, [])
  await close()
})
