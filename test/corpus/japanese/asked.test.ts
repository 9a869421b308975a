import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryAccount, sessionOf } from '../../golden/in-process.ts'
import { askOfJapanese } from './asked.ts'
import { japaneseCases } from './cases.ts'
import { caseBytes, twinBytes } from './twin.ts'

test('every case is found, sorted, threaded and listed in a session', async () => {
  const { account, close } = await memoryAccount()
  const { client } = await sessionOf(account)
  for (const bytes of [...japaneseCases.map(caseBytes), ...japaneseCases.map(twinBytes)]) {
    client.send(Buffer.concat([Buffer.from(`a APPEND INBOX {${bytes.length}+}\r\n`), bytes, Buffer.from('\r\n')]))
    let line = await client.line()
    while (!line.startsWith('a ')) line = await client.line()
    assert.match(line, /^a OK /)
  }
  await askOfJapanese(client)
  await client.close()
  await close()
})
