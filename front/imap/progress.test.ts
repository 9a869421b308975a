import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from '@bulkhead/base/clock.ts'
import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import { memoryAccount, sessionOf, testLimits } from '../../test/golden/in-process.ts'
import { progressEveryMs } from './progress.ts'

/** An account whose indexes take as long as the clock is told, for each of them. */
const slow = (account: MailAccount, takes: () => void): MailAccount =>
  new Proxy(account, {
    get(target, name) {
      if (name !== 'indexBatches') {
        const value: unknown = Reflect.get(target, name, target)
        return typeof value === 'function' ? value.bind(target) : value
      }
      return async function* (...asked: Parameters<MailAccount['indexBatches']>) {
        for await (const batch of target.indexBatches(...asked)) {
          for (const index of batch) {
            takes()
            yield [index]
          }
        }
      }
    },
  })

const said = async ({ client }: Awaited<ReturnType<typeof sessionOf>>, command: string): Promise<readonly string[]> => {
  client.send(Buffer.from(`t7 ${command}\r\n`))
  const lines: string[] = []
  for (;;) {
    const line = await client.line()
    lines.push(line)
    if (line.startsWith('t7 ')) return lines
  }
}

test('a search that takes long tells how far it is, a quick one does not (RFC 9585)', async () => {
  const { account, close } = await memoryAccount()
  const clock = manualClock(Date.now())
  let takesMs = 0
  const session = await sessionOf(slow(account, () => clock.advance(takesMs)), testLimits, undefined, clock)
  try {
    await said(session, 'SELECT INBOX')
    for (let number = 0; number < 6; number += 1) await said(session, 'APPEND INBOX {14+}\r\nSubject: one\r\n')
    assert.deepEqual((await said(session, 'SEARCH SUBJECT one')).filter((line) => line.includes('INPROGRESS')), [])
    takesMs = progressEveryMs / 2
    assert.deepEqual((await said(session, 'SEARCH SUBJECT one')).map((line) => line.replace(/\] .*/, ']')), [
      '* OK [INPROGRESS ("t7" 1 6)]', '* OK [INPROGRESS ("t7" 3 6)]', '* OK [INPROGRESS ("t7" 5 6)]', '* SEARCH 1 2 3 4 5 6', 't7 OK SEARCH completed',
    ])
  } finally {
    await session.client.close()
    await session.ended
    await close()
  }
})
