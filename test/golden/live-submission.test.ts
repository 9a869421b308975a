/** Every transcript of submission against the real processes: gate over TLS, warden, vault, mailroom, PostgreSQL. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { connect } from 'node:tls'
import { startPlatform, type Platform } from '../platform/platform.ts'
import { portBases } from '../ports.ts'
import { lineClient } from './line-client.ts'
import { liveWorld, type Target } from './live.ts'
import { play } from './player.ts'
import type { Client, World } from './world.ts'
import { parseTranscript } from './transcript.ts'

const [portBase] = portBases['test/golden/live-submission']
const folder = join(import.meta.dirname, 'submission')
const password = 'correct-horse-battery'
let platform: Platform

before(
  async () => {
    platform = await startPlatform({ cells: [{ id: 'golden', name: 'Golden', portBase }] })
    await platform.must(['domain', 'add', 'golden', 'golden.example'])
    await platform.must(['plan', 'set', 'golden', 'ordinary', '--recipients', '2', '--sent-copy', 'on'])
  },
  { timeout: 120_000 },
)

after(() => platform?.[Symbol.asyncDispose]())

/** Logged in, the answer to that not read. */
const submitting = async ({ host, login, authority, serverName }: Target): Promise<Client> => {
  const client = lineClient(connect({ host, port: platform.portOf('golden', 465), ca: authority, servername: serverName }))
  await client.line()
  client.send(Buffer.from('EHLO client.example\r\n'))
  while (!(await client.line()).startsWith('250 ')) continue
  client.send(Buffer.from(`AUTH PLAIN ${Buffer.from(`\0${login}\0${password}`).toString('base64')}\r\n`))
  return client
}

const worldOf = (target: Target, alias: string): World => {
  const imap = liveWorld(target)
  const words: World['words'] = [...(imap.words ?? []), ['alias', alias], ['neighbour', 'nobody@golden.example']]
  return { words, connect: () => submitting(target), preparer: () => imap.connect(), neighbour: { connect: () => imap.connect() } }
}

for (const [number, name] of readdirSync(folder).sort().entries()) {
  const transcript = parseTranscript(readFileSync(join(folder, name), 'utf8'))
  test(`live, submission ${name.replace(/\.txt$/, '')}: ${transcript.claim}`, async () => {
    const [login, alias] = [`sender${number}@golden.example`, `alias${number}@golden.example`]
    await platform.must(['account', 'add', login, '--password-stdin'], `${password}\n`)
    await platform.must(['alias', 'add', alias, login])
    const authority = readFileSync(join(platform.data, 'ca.pem'), 'utf8')
    const target = { host: '127.0.0.1', port: platform.portOf('golden', 993), login, neighbour: null, password, authority, serverName: 'localhost' }
    await play(transcript, worldOf(target, alias))
  })
}
