import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryAccount, sessionOf } from '../../../test/golden/in-process.ts'
import type { Client } from '@bulkhead/test/golden/world.ts'

const said = async (client: Client, command: string): Promise<readonly string[]> => {
  client.send(Buffer.from(`t ${command}\r\n`))
  const lines: string[] = []
  for (;;) {
    const line = await client.line()
    lines.push(line)
    if (line.startsWith('t ')) return lines
  }
}

test('no changed character of a signed URL is accepted', async () => {
  const { account, close } = await memoryAccount()
  const { client, ended } = await sessionOf(account)
  await said(client, 'APPEND INBOX {5+}\r\nhello')
  await said(client, 'APPEND INBOX {5+}\r\nother')
  const rump = 'imap://alice@one.example@h/INBOX/;uid=1;expire=2099-01-01T00:00:00Z;urlauth=authuser'
  const [line = ''] = await said(client, `GENURLAUTH "${rump}" INTERNAL`)
  const url = /"(.*)"/.exec(line)?.[1] ?? ''
  assert.deepEqual((await said(client, `URLFETCH "${url}"`)).slice(0, 2), [`* URLFETCH "${url}" {5}`, 'hello'])
  const tokenAt = rump.length + ':INTERNAL:'.length
  for (let at = 0; at < url.length; at += 1) {
    // Letters of mechanism and token compare without case.
    const changed = `${url.slice(0, at)}${url[at] === '1' ? '2' : '1'}${url.slice(at + 1)}`
    const [answer = ''] = await said(client, `URLFETCH "${changed}"`)
    assert.match(answer, / NIL$/, `${at < tokenAt ? 'rump' : 'token'} at ${at}: ${changed}`)
  }
  await client.close()
  await ended
  await close()
})

test('the key is no annotation a client can name', async () => {
  const { account, close } = await memoryAccount()
  const { client, ended } = await sessionOf(account)
  await said(client, 'GENURLAUTH "imap://alice@one.example@h/INBOX/;uid=1;urlauth=authuser" INTERNAL')
  const key = account.state().inbox.annotations.get('/urlauth/internal')
  assert.equal(key?.length, 32)
  for (const entry of ['/urlauth/internal', '/private', '/shared', '/urlauth', '/']) {
    const lines = await said(client, `GETMETADATA (DEPTH infinity) INBOX "${entry}"`)
    assert.doesNotMatch(lines.join('\n'), /urlauth|internal/, entry)
  }
  assert.doesNotMatch((await said(client, 'SETMETADATA INBOX ("/urlauth/internal" NIL)')).at(-1) ?? '', /^t OK/)
  assert.ok(account.state().inbox.annotations.get('/urlauth/internal')?.equals(key))
  await client.close()
  await ended
  await close()
})
