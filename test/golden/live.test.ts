/** Every IMAP transcript against the real processes: gate over TLS, warden, vault, mailroom, PostgreSQL. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { startPlatform, type Platform } from '../platform/platform.ts'
import { liveWorld } from './live.ts'
import { play } from './player.ts'
import { parseTranscript } from './transcript.ts'

const folder = join(import.meta.dirname, 'imap')
const password = 'correct-horse-battery'
let platform: Platform

before(
  async () => {
    platform = await startPlatform({ cells: [{ id: 'golden', name: 'Golden', portBase: 21_000 }], metricsPort: 21_464 })
    await platform.must(['domain', 'add', 'golden', 'golden.example'])
  },
  { timeout: 120_000 },
)

after(() => platform?.[Symbol.asyncDispose]())

for (const [number, name] of readdirSync(folder).sort().entries()) {
  const source = readFileSync(join(folder, name), 'utf8')
  const transcript = parseTranscript(source)
  test(`live, ${name.replace(/\.txt$/, '')}: ${transcript.claim}`, async () => {
    const login = `reader${number}@golden.example`
    await platform.must(['account', 'add', login, '--password-stdin'], `${password}\n`)
    const neighbour = source.includes("another account's") ? `neighbour${number}@golden.example` : null
    if (neighbour !== null) await platform.must(['account', 'add', neighbour, '--password-stdin'], `${password}\n`)
    const authority = readFileSync(join(platform.data, 'ca.pem'), 'utf8')
    await play(transcript, liveWorld({ host: '127.0.0.1', port: platform.portOf('golden', 993), login, neighbour, password, authority, serverName: 'localhost' }))
  })
}
