/** Every transcript of IMAP, POP3, ManageSieve and port 25 against the real processes: gate over TLS, warden, vault, mailroom, PostgreSQL. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { connect as connectSocket } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { deliver } from '../bench/load/deliver.ts'
import { askOfJapanese } from '../corpus/japanese/asked.ts'
import { japaneseCases } from '../corpus/japanese/cases.ts'
import { caseBytes, twinBytes } from '../corpus/japanese/twin.ts'
import { startPlatform, type Platform } from '../platform/platform.ts'
import { portBases } from '../ports.ts'
import { lineClient } from './line-client.ts'
import { livePop3World, liveSieveWorld, liveWorld } from './live.ts'
import { play } from './player.ts'
import { parseTranscript } from './transcript.ts'

const [portBase] = portBases['test/golden/live']
const folderOf = (protocol: string): string => join(import.meta.dirname, protocol)
const password = 'correct-horse-battery'
let platform: Platform

before(
  async () => {
    platform = await startPlatform({ cells: [{ id: 'golden', name: 'Golden', portBase, manageSieve: true }] })
    await platform.must(['domain', 'add', 'golden', 'golden.example'])
  },
  { timeout: 120_000 },
)

after(() => platform?.[Symbol.asyncDispose]())

const newAccount = async (login: string): Promise<string> => {
  await platform.must(['account', 'add', login, '--password-stdin'], `${password}\n`)
  return login
}

const targetOf = (login: string, neighbour: string | null) => ({
  host: '127.0.0.1', port: platform.portOf('golden', 993), pop3Port: platform.portOf('golden', 995), sievePort: platform.portOf('golden', 4190), login, neighbour, password,
  authority: readFileSync(join(platform.data, 'ca.pem'), 'utf8'), serverName: 'localhost',
})

for (const [number, name] of readdirSync(folderOf('imap')).sort().entries()) {
  const source = readFileSync(join(folderOf('imap'), name), 'utf8')
  const transcript = parseTranscript(source)
  test(`live, ${name.replace(/\.txt$/, '')}: ${transcript.claim}`, async () => {
    const login = await newAccount(`reader${number}@golden.example`)
    const neighbour = source.includes("another account's") ? await newAccount(`neighbour${number}@golden.example`) : null
    await play(transcript, liveWorld(targetOf(login, neighbour)))
  })
}

for (const [number, name] of readdirSync(folderOf('pop3')).sort().entries()) {
  const transcript = parseTranscript(readFileSync(join(folderOf('pop3'), name), 'utf8'))
  test(`live, POP3 ${name.replace(/\.txt$/, '')}: ${transcript.claim}`, async () => {
    await play(transcript, livePop3World(targetOf(await newAccount(`fetcher${number}@golden.example`), null)))
  })
}

for (const [number, name] of readdirSync(folderOf('managesieve')).sort().entries()) {
  const transcript = parseTranscript(readFileSync(join(folderOf('managesieve'), name), 'utf8'))
  test(`live, ManageSieve ${name.replace(/\.txt$/, '')}: ${transcript.claim}`, async () => {
    await play(transcript, liveSieveWorld(targetOf(await newAccount(`sifter${number}@golden.example`), null)))
  })
}

/** Has a list of those whose mail it refuses. */
const strictAccount = async (login: string): Promise<string> => {
  await newAccount(login)
  await platform.must(['account', 'deny', login, 'denied.example'])
  return login
}

for (const [number, name] of readdirSync(folderOf('smtp')).sort().entries()) {
  const source = readFileSync(join(folderOf('smtp'), name), 'utf8')
  const transcript = parseTranscript(source)
  test(`live, SMTP ${name.replace(/\.txt$/, '')}: ${transcript.claim}`, async () => {
    const login = await newAccount(`receiver${number}@golden.example`)
    const strict = source.includes('$strict') ? await strictAccount(`strict${number}@golden.example`) : login
    const connect = async () => lineClient(connectSocket({ host: '127.0.0.1', port: platform.portOf('golden', 25) }))
    await play(transcript, { words: [['login', login], ['strict', strict]], connect })
  })
}

test('live, Japanese mail comes in by SMTP and is found, sorted, threaded and listed', async () => {
  const login = await newAccount('japanese@golden.example')
  const messages = [...japaneseCases.map(caseBytes), ...japaneseCases.map(twinBytes)]
  const { refused } = await deliver({
    port: platform.portOf('golden', 25), lmtp: false, sessions: 1, reversePath: 'someone@far.example',
    jobs: messages.map((message) => ({ forwardPath: login, message })),
  })
  assert.deepEqual(refused, [])
  const client = await liveWorld(targetOf(login, null)).connect()
  await askOfJapanese(client)
  await client.close()
})
