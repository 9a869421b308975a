/** Plays every submission transcript against sessions in this process; what they queue is thrown away. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { duplexPair } from 'node:stream'
import { test } from 'node:test'
import { systemClock } from '@bulkhead/base/clock.ts'
import { submission } from '@bulkhead/front/submission/session.ts'
import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import { ordinaryPlan } from '@bulkhead/mail/sending/plan.ts'
import { memoryLedger } from '@bulkhead/mail/sending/memory-ledger.ts'
import { noTracer } from '@bulkhead/mail/ports/trace.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { commonOf, memoryAccount, sessionOf, testLimits } from './in-process.ts'
import { lineClient } from './line-client.ts'
import { play } from './player.ts'
import type { World } from './world.ts'
import { parseTranscript } from './transcript.ts'

const folder = join(import.meta.dirname, 'submission')
const { publicKey } = realSealing.newKeyPair()

const login = 'alice@one.example'
const alias = 'sales@one.example'

/** Alice is logged in; the alias is hers too. */
const worldOf = (account: MailAccount): World => {
  const protocol = submission({
    directory: {
      accountState: async () => ({ state: 'active', publicKey }),
      maySendAs: async (_, index) => Buffer.from(index).toString() === alias,
      identities: async () => [],
      isLocalDomain: async (domain) => domain === 'one.example',
    },
    queue: { enqueue: async () => {}, holdSender: async () => 0 },
    sealing: realSealing,
    queuePublicKey: publicKey,
    indexOf: async (address) => Buffer.from(address),
    pseudonym: () => 'p_alice',
    tokens: { field: (sender: string) => `X-Feedback-ID: of ${sender}\r\n` },
    tracer: noTracer,
    signature: { on: async (message) => message },
    sending: memoryLedger(systemClock, { ...ordinaryPlan, recipientsPerMessage: 2, filesSent: true }),
    tell: () => undefined,
  })
  const speaksImap = async () => (await sessionOf(account)).client
  return {
    words: [['login', login], ['alias', alias], ['neighbour', 'bob@one.example']],
    async connect() {
      const [ours, theirs] = duplexPair()
      const common = commonOf(ours, account.account, testLimits, new AbortController().signal)
      const openAccount = async () => ({ account, [Symbol.asyncDispose]: async () => undefined })
      void protocol.run({ ...common, helo: 'client.example', openAccount }).finally(() => ours.destroy())
      return lineClient(theirs)
    },
    preparer: speaksImap,
    neighbour: { connect: speaksImap },
  }
}

for (const name of readdirSync(folder).sort()) {
  const transcript = parseTranscript(readFileSync(join(folder, name), 'utf8'))
  test(`${name.replace(/\.txt$/, '')}: ${transcript.claim}`, async () => {
    const { account, close } = await memoryAccount()
    await play(transcript, worldOf(account))
    await close()
  })
}
