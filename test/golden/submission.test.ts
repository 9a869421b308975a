/** Plays every submission transcript against sessions in this process; what they queue is thrown away. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { duplexPair } from 'node:stream'
import { test } from 'node:test'
import { newAccountHandle } from '@bulkhead/base/ids.ts'
import { submission } from '@bulkhead/front/submission/session.ts'
import { noTracer } from '@bulkhead/mail/ports/trace.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { commonOf, testLimits } from './in-process.ts'
import { lineClient } from './line-client.ts'
import { play, type World } from './player.ts'
import { parseTranscript } from './transcript.ts'

const folder = join(import.meta.dirname, 'submission')
const { publicKey } = realSealing.newKeyPair()

/** alice@one.example is logged in; sales@one.example is hers too. */
const world = (): World => {
  const account = newAccountHandle()
  const protocol = submission({
    directory: {
      accountState: async () => ({ state: 'active', publicKey }),
      ownsAddress: async (_, index) => Buffer.from(index).toString() === 'sales@one.example',
      isLocalDomain: async (domain) => domain === 'one.example',
    },
    queue: { enqueue: async () => {} },
    sealing: realSealing,
    queuePublicKey: publicKey,
    indexOf: async (address) => Buffer.from(address),
    pseudonym: () => 'p_alice',
    tracer: noTracer,
  })
  return {
    async connect() {
      const [ours, theirs] = duplexPair()
      const common = commonOf(ours, account, { ...testLimits, recipientsMax: 2 }, new AbortController().signal)
      void protocol.run({ ...common, helo: 'client.example' }).finally(() => ours.destroy())
      return lineClient(theirs)
    },
  }
}

for (const name of readdirSync(folder).sort()) {
  const transcript = parseTranscript(readFileSync(join(folder, name), 'utf8'))
  test(`${name.replace(/\.txt$/, '')}: ${transcript.claim}`, async () => play(transcript, world()))
}
