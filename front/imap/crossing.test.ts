/** What NOTIFY tells between commands, against a STORE that is on its way. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Uid } from '@bulkhead/base/ids.ts'
import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import { memoryAccount, sessionOf } from '../../test/golden/in-process.ts'
import type { Client } from '@bulkhead/test/golden/world.ts'

const file = async (account: MailAccount): Promise<void> => {
  const incoming = await account.incoming(20)
  assert.ok('write' in incoming)
  await incoming.write(Buffer.from('Subject: a\r\n\r\nbody\r\n'))
  await account.appendMessages(account.state().inbox.id, [{ incoming, flags: ['$Work'], internalDateMs: 0 }])
}

const said = async (client: Client, tag: string, command: string): Promise<readonly string[]> => {
  client.send(Buffer.from(`${tag} ${command}\r\n`))
  const lines: string[] = []
  for (;;) {
    const line = await client.line()
    if (line.startsWith(`${tag} `)) return lines
    lines.push(line)
  }
}

test('a silent STORE that crosses a notice leaves no doubt: the last FETCH is how the flags are', async (context) => {
  const { account, close } = await memoryAccount()
  await file(account)
  const { client, ended } = await sessionOf(account)
  context.after(async () => {
    await client.close()
    await ended
    await close()
  })
  await said(client, 'a1', 'SELECT INBOX')
  await said(client, 'a2', 'NOTIFY SET (selected-delayed (MessageNew (UID FLAGS) MessageExpunge FlagChange))')
  await account.storeFlags(account.state().inbox.id, [[1 as Uid, 1 as Uid]], 'add', ['\\Deleted'])
  // The notice is read as the client's that comes after its command was sent.
  const lines = await said(client, 'a3', 'STORE 1 -FLAGS.SILENT (\\Deleted)')
  assert.equal(lines.findLast((line) => line.includes('FLAGS')), '* 1 FETCH (UID 1 FLAGS ($Work))')
})
