/** Plays every POP3 transcript against sessions in this process. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { duplexPair } from 'node:stream'
import { test } from 'node:test'
import { systemClock } from '@bulkhead/base/clock.ts'
import { pop3Locks } from '@bulkhead/front/pop3/locks.ts'
import { pop3 } from '@bulkhead/front/pop3/session.ts'
import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import { commonOf, memoryAccount, sessionOf, testLimits } from './in-process.ts'
import { lineClient } from './line-client.ts'
import { play } from './player.ts'
import type { World } from './world.ts'
import { parseTranscript } from './transcript.ts'

const folder = join(import.meta.dirname, 'pop3')

const pop3World = (account: MailAccount): World => {
  const protocol = pop3({ loginDelayMs: 0, clock: systemClock, locks: pop3Locks({ clock: systemClock, freeElsewhere: async () => true }) })
  return {
    async connect() {
      const [ours, theirs] = duplexPair()
      const common = commonOf(ours, account.account, testLimits, new AbortController().signal)
      void protocol.run({ ...common, account }).finally(() => ours.destroy())
      return lineClient(theirs)
    },
    preparer: async () => (await sessionOf(account)).client,
  }
}

for (const name of readdirSync(folder).sort()) {
  const transcript = parseTranscript(readFileSync(join(folder, name), 'utf8'))
  test(`${name.replace(/\.txt$/, '')}: ${transcript.claim}`, async () => {
    const { account, close } = await memoryAccount()
    try {
      await play(transcript, pop3World(account))
    } finally {
      await close()
    }
  })
}
