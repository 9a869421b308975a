import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import { memoryAccount, sessionOf } from '../../../test/golden/in-process.ts'
import { sample } from '../../../test/golden/samples.ts'

test('what is found in one mailbox is told before the next is searched', async () => {
  const { account, close } = await memoryAccount()
  const goOn = Promise.withResolvers<void>()
  let asked = 0
  const indexBatches: MailAccount['indexBatches'] = async function* (messages, sections) {
    asked += 1
    if (asked > 1) await goOn.promise
    yield* account.indexBatches(messages, sections)
  }
  const slow: MailAccount = new Proxy(account, {
    get(target, name) {
      if (name === 'indexBatches') return indexBatches
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  const { client, hangUp, ended } = await sessionOf(slow)
  const answer = async (): Promise<string> => {
    for (;;) {
      const line = await client.line()
      if (/^a\d /.test(line)) return line
    }
  }
  const message = sample('plain-1')
  client.send(Buffer.from('a1 CREATE Other\r\n'))
  assert.match(await answer(), /^a1 OK/)
  for (const [number, mailbox] of ['INBOX', 'Other'].entries()) {
    client.send(Buffer.concat([Buffer.from(`a${number + 2} APPEND ${mailbox} {${message.length}+}\r\n`), message, Buffer.from('\r\n')]))
    assert.match(await answer(), /OK/)
  }
  client.send(Buffer.from('a4 ESEARCH IN (personal) RETURN (COUNT) SUBJECT message\r\n'))
  assert.match(await client.line(), /MAILBOX "INBOX" .* COUNT 1$/)
  goOn.resolve()
  assert.match(await client.line(), /MAILBOX "Other" .* COUNT 1$/)
  assert.match(await client.line(), /^a4 OK/)
  hangUp()
  await ended
  await close()
})
