import assert from 'node:assert/strict'
import { duplexPair } from 'node:stream'
import { test } from 'node:test'
import { manualClock, type Clock } from '@bulkhead/base/clock.ts'
import type { Uid } from '@bulkhead/base/ids.ts'
import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import { commonOf, memoryAccount, testLimits } from '../../test/golden/in-process.ts'
import { pop3Locks, silentMs } from './locks.ts'
import { expireEntry, mailboxEntry } from './preferences.ts'
import { pop3, type Pop3Policy } from './session.ts'

const dayMs = 86_400_000

const file = async (account: MailAccount, count: number, mailbox = account.state().inbox.id, internalDateMs = Date.now()): Promise<void> => {
  for (let at = 0; at < count; at += 1) {
    const incoming = await account.incoming(20)
    assert.ok('write' in incoming)
    await incoming.write(Buffer.from('Subject: a\r\n\r\nbody\r\n'))
    await account.appendMessages(mailbox, [{ incoming, flags: [], internalDateMs }])
  }
}

const policyOf = (clock: Clock, freeElsewhere = async () => true): Pop3Policy =>
  ({ loginDelayMs: 0, clock, locks: pop3Locks({ clock, freeElsewhere }) })

const started = (account: MailAccount, protocol = pop3(policyOf(manualClock(0))), clock = manualClock(Date.now()), language = '') => {
  const [ours, theirs] = duplexPair()
  const common = commonOf(ours, account.account, testLimits, new AbortController().signal)
  const over = protocol.run({ ...common, clock, account, language }).finally(() => ours.destroy())
  let heard = ''
  theirs.on('data', (chunk: Buffer) => (heard += chunk.toString()))
  return { theirs, over, heard: () => heard }
}

const converse = async (account: MailAccount, commands: string, protocol?: ReturnType<typeof pop3>, clock?: ReturnType<typeof manualClock>, language?: string) => {
  const { theirs, over, heard } = started(account, protocol, clock, language)
  theirs.end(commands.replaceAll('\n', '\r\n'))
  await over
  return heard()
}

const chosen = (account: MailAccount, entry: string, value: string) => account.annotate(null, [{ entry, value: Buffer.from(value) }])

test('the maildrop is the mailbox the account has chosen, and one that is gone is refused', async () => {
  const { account, close } = await memoryAccount()
  await file(account, 1)
  const made = await account.createMailbox('受信/手紙', null)
  assert.ok(made.is === 'done')
  await file(account, 2, made.mailbox)
  await chosen(account, mailboxEntry, '受信/手紙')
  assert.match(await converse(account, 'DELE 1\nQUIT\n'), /^\+OK 2 messages .*\+OK Bye, 1 messages left\r\n$/s)
  assert.equal(account.state().inbox.messages.count, 1)
  await account.deleteMailbox('受信/手紙')
  assert.equal(await converse(account, 'STAT\n'), '-ERR [SYS/PERM] Mailbox is gone\r\n')
  await close()
})

test('several mailboxes are one maildrop: numbers run on, deletions and expiry find their own', async () => {
  const { account, close } = await memoryAccount()
  await file(account, 2)
  const made = await account.createMailbox('Post', null)
  assert.ok(made.is === 'done')
  await file(account, 3, made.mailbox)
  await chosen(account, mailboxEntry, 'INBOX\nPost\nINBOX\n')
  await chosen(account, expireEntry, '1')
  const left = (): readonly (readonly number[])[] =>
    [account.state().inbox.id, made.mailbox].map((id) => {
      const messages = account.state().mailboxes.get(id)?.messages
      return [...(messages?.uids.subarray(0, messages.count) ?? [])]
    })
  const heard = await converse(account, 'UIDL\nDELE 2\nDELE 3\nRETR 5\nRETR 1\nSTAT\nQUIT\n')
  assert.equal(new Set(heard.match(/^\d [0-9a-f]{16}$/gm)?.map((line) => line.slice(2))).size, 5)
  assert.match(heard, /^\+OK 5 messages .*\+OK 3 60\r\n\+OK Bye, 3 messages left\r\n$/s)
  assert.deepEqual(left(), [[1], [2, 3]])
  await converse(account, 'QUIT\n', undefined, manualClock(Date.now() + 2 * dayMs))
  assert.deepEqual(left(), [[], [2]])
  await chosen(account, mailboxEntry, 'INBOX\nNowhere')
  assert.equal(await converse(account, 'STAT\n'), '-ERR [SYS/PERM] Mailbox is gone\r\n')
  await close()
})

test('retrieved messages go after the days the account chose, others and younger ones stay', async () => {
  const { account, close } = await memoryAccount()
  await file(account, 3)
  await chosen(account, expireEntry, '7')
  assert.match(await converse(account, 'CAPA\nRETR 1\nTOP 2 1\nQUIT\n'), /\r\nEXPIRE 7\r\n/)
  const later = (days: number) => manualClock(Date.now() + days * dayMs)
  await converse(account, 'QUIT\n', undefined, later(6.9))
  assert.equal(account.state().inbox.messages.count, 3)
  await converse(account, 'RETR 3\n', undefined, later(8))
  assert.equal(account.state().inbox.messages.count, 3, 'a session that breaks changes nothing')
  await converse(account, 'QUIT\n', undefined, later(8))
  assert.deepEqual([...account.state().inbox.messages.uids.subarray(0, 2)], [2, 3])
  assert.equal(account.state().inbox.messages.count, 2)
  await converse(account, 'RETR 2\nQUIT\n', undefined, later(8))
  assert.deepEqual([...account.state().inbox.messages.uids.subarray(0, account.state().inbox.messages.count)], [2])
  await close()
})

test('without that choice nothing expires and nothing is marked', async () => {
  const { account, close } = await memoryAccount()
  await file(account, 1)
  await chosen(account, expireEntry, '0')
  assert.match(await converse(account, 'CAPA\nRETR 1\nQUIT\n', undefined, manualClock(Date.now() + 900 * dayMs)), /EXPIRE NEVER/)
  assert.equal(account.state().inbox.messages.count, 1)
  assert.deepEqual(account.state().inbox.messages.flags(0), [])
  await close()
})

test('unique-ids a message came with are kept, the others are ours', async () => {
  const { account, close } = await memoryAccount()
  await file(account, 2)
  await account.setUidls(account.state().inbox.id, [[1 as Uid, 'old~1.2.3']])
  assert.match(await converse(account, 'UIDL\nUIDL 1\n'), /\r\n1 old~1\.2\.3\r\n2 [0-9a-f]{16}\r\n\.\r\n\+OK 1 old~1\.2\.3\r\n/)
  await close()
})

test('a login too soon after another is refused with the code for it, and told how long to wait', async () => {
  const { account, close } = await memoryAccount()
  const clock = manualClock(1_000_000)
  const protocol = pop3({ ...policyOf(clock), loginDelayMs: 60_000 })
  assert.match(await converse(account, 'CAPA\n', protocol), /\r\nLOGIN-DELAY 60\r\n/)
  clock.advance(59_000)
  assert.equal(await converse(account, 'STAT\n', protocol), '-ERR [LOGIN-DELAY] Logged in a moment ago, wait 1 seconds\r\n')
  clock.advance(1_000)
  assert.match(await converse(account, 'STAT\n', protocol), /^\+OK /)
  await close()
})

test('a session that fell silent makes way for a new one and deletes nothing; one that speaks does not', async () => {
  const { account, close } = await memoryAccount()
  await file(account, 1)
  const clock = manualClock(1_000_000)
  const protocol = pop3(policyOf(clock))
  const first = started(account, protocol)
  first.theirs.write('DELE 1\r\n')
  while (!first.heard().includes('deleted')) await new Promise((resolve) => setImmediate(resolve))
  clock.advance(silentMs - 1)
  assert.match(await converse(account, 'STAT\n', protocol), /^-ERR \[IN-USE\]/)
  clock.advance(1)
  assert.match(await converse(account, 'STAT\n', protocol), /^\+OK 1 messages/)
  await first.over
  assert.match(first.heard(), /-ERR \[SYS\/TEMP\] Another session took over, nothing was deleted\r\n$/)
  assert.equal(account.state().inbox.messages.count, 1)
  await close()
})

test('the language of before the login is the language after it', async () => {
  const { account, close } = await memoryAccount()
  assert.match(await converse(account, 'NOOP\nQUIT\n', undefined, undefined, 'ja'), /^\+OK メール0通 .*接続中です.*終了します/s)
  await close()
})
