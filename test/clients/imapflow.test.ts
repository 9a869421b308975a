/** An independent IMAP client library goes through what a mail program does in a day. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ImapFlow } from 'imapflow'
import { plantAccounts, startPlatform, type Platform } from '../platform/platform.ts'
import { deliver } from '../bench/load/deliver.ts'
import { generatedMail } from '../bench/mails.ts'
import { portBases } from '../ports.ts'
import { eventually } from './programs.ts'

const [portBase] = portBases['test/clients/imapflow']
const password = 'correct-horse-battery'
let platform: Platform
let client: ImapFlow

before(
  async () => {
    platform = await startPlatform({ cells: [{ id: 'flow', name: 'Flow', portBase }] })
    await plantAccounts(platform, 'flow', 'flow.example', ['reader'], password)
    client = new ImapFlow({
      host: 'localhost', port: platform.portOf('flow', 993), secure: true,
      auth: { user: 'reader@flow.example', pass: password }, logger: false, tls: { rejectUnauthorized: false },
    })
    await client.connect()
  },
  { timeout: 120_000 },
)

after(async () => {
  await client?.logout().catch(() => undefined)
  await platform?.[Symbol.asyncDispose]()
})

test('it finds the mailboxes and what they are for', async () => {
  const mailboxes = await client.list()
  const uses = mailboxes.map(({ specialUse }) => specialUse ?? '').filter((use) => use !== '').sort()
  assert.deepEqual(uses, ['\\Archive', '\\Drafts', '\\Inbox', '\\Junk', '\\Sent', '\\Trash'])
})

test('a Japanese mailbox is made, renamed and deleted', async () => {
  await client.mailboxCreate('仕事/請求書')
  await client.mailboxRename('仕事/請求書', '仕事/見積もり')
  const names = (await client.list()).map(({ path }) => path)
  assert.ok(names.includes('仕事/見積もり') && !names.includes('仕事/請求書'))
  await client.mailboxDelete('仕事/見積もり')
})

test('a draft is appended, found, flagged, moved and expunged', async () => {
  const draft = 'From: reader@flow.example\r\nSubject: =?UTF-8?B?5LiL5pu444GN?=\r\nMessage-ID: <draft@flow.example>\r\n\r\n本文\r\n'
  const appended = await client.append('Drafts', draft, ['\\Draft', '\\Seen'])
  assert.ok(appended !== false && appended.uid === 1)
  const lock = await client.getMailboxLock('Drafts')
  try {
    assert.deepEqual(await client.search({ subject: '下書き' }, { uid: true }), [1])
    await client.messageFlagsAdd('1', ['\\Flagged', '$Forwarded'], { uid: true })
    const message = await client.fetchOne('1', { flags: true, envelope: true, source: true, bodyStructure: true }, { uid: true })
    assert.ok(message !== false)
    assert.equal(message.envelope?.subject, '下書き')
    assert.ok(message.flags?.has('$Forwarded') && message.flags.has('\\Flagged'))
    assert.equal(message.source?.toString(), draft)
    const moved = await client.messageMove('1', 'Trash', { uid: true })
    assert.ok(moved !== false && moved.uidMap?.get(1) === 1)
  } finally {
    lock.release()
  }
  const trash = await client.getMailboxLock('Trash')
  try {
    await client.messageDelete('1', { uid: true })
    assert.equal((await client.status('Trash', { messages: true })).messages, 0)
  } finally {
    trash.release()
  }
})

test('what arrives while it waits is told at once', async () => {
  const lock = await client.getMailboxLock('INBOX')
  try {
    const told: number[] = []
    client.on('exists', ({ count }: { count: number }) => told.push(count))
    void client.idle()
    const { accepted } = await deliver({
      port: platform.portOf('flow', 25), lmtp: false, sessions: 1, reversePath: 'a@peer.example',
      jobs: [{ forwardPath: 'reader@flow.example', message: generatedMail(1, 4_000) }],
    })
    assert.equal(accepted, 1)
    assert.equal(await eventually(10_000, async () => told.at(-1)), 1)
  } finally {
    lock.release()
  }
})
