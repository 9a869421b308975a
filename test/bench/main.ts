/**
 * `npm run bench`: measures this platform, and beside it, where they are installed (`--peers` installs them), Debian's
 * Postfix and Dovecot on the same machine with the same mails and the same client code. Ratios count, not absolutes.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { plantAccounts, startPlatform, type Platform } from '../platform/platform.ts'
import { deliver } from './load/deliver.ts'
import { openImap } from './load/imap.ts'
import { generatedMail } from './mails.ts'
import { startDovecot } from './peers/dovecot.ts'
import { startPostfix } from './peers/postfix.ts'
import { delivery } from './rows/delivery.ts'
import { fetchCommands, fetchRound, type FetchRow } from './rows/fetch.ts'
import { idleMemory } from './rows/idle.ts'
import { markdown, median, type Row } from './table.ts'
import type { Target } from './target.ts'

const domain = 'bench.example'
const password = 'correct-horse-battery'
const logins = Array.from({ length: 10 }, (_, number) => `reader${number}`)
const bigLogin = 'librarian'

const { values: options } = parseArgs({
  options: {
    peers: { type: 'boolean', default: false },
    messages: { type: 'string', default: '3000' },
    mailbox: { type: 'string', default: '10000' },
    connections: { type: 'string', default: '200' },
    rounds: { type: 'string', default: '3' },
    rows: { type: 'string', default: 'idle,delivery,fetch,start' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const usage = `bulkhead bench: measures delivery, FETCH of a large mailbox, memory per idle connection, start-up

  --peers            install Debian's Postfix and Dovecot where missing (root) and measure them beside
  --messages N       messages of the delivery row (3000)
  --mailbox N        messages of the FETCH rows (10000)
  --connections N    idle connections of the memory rows (200)
  --rounds N         rounds; medians are printed (3)
  --rows LIST        idle,delivery,fetch,start
  --json             rows as JSON
`

const wants = (row: string): boolean => options.rows.split(',').includes(row)
const say = (text: string): void => {
  process.stderr.write(`${text}\n`)
}

const bulkheadTarget = (platform: Platform): Target => ({
  name: 'Bulkhead',
  entry: { port: platform.portOf('bench', 25), lmtp: false },
  imap: { port: platform.portOf('bench', 143), tlsPort: platform.portOf('bench', 993) },
  pid: platform.pid,
  addressOf: (login) => `${login}@${domain}`,
  loginOf: (login) => `"${login}@${domain}" ${password}`,
})

interface Peers extends AsyncDisposable {
  readonly dovecot: Target
  readonly postfix: Target
}

const ensurePeers = (): boolean => {
  const present = (): boolean => ['/usr/sbin/dovecot', '/usr/sbin/postfix', '/usr/lib/dovecot/lmtp'].every(existsSync)
  if (present()) return true
  if (!options.peers) return false
  execFileSync('apt-get', ['install', '-y', 'postfix', 'dovecot-imapd', 'dovecot-lmtpd'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  return present()
}

const startPeers = async (root: string): Promise<Peers> => {
  const tls = { certificate: join(root, 'certificate.pem'), key: join(root, 'key.pem') }
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', tls.key, '-out', tls.certificate, '-days', '30', '-subj', '/CN=peer.example'], { stdio: 'ignore' })
  const dovecot = await startDovecot(join(root, 'dovecot'), 19_143, 19_993, 19_024, tls)
  const postfix = await startPostfix(join(root, 'postfix'), 19_025, { transport: 'lmtp:inet:127.0.0.1:19024', domain })
  const base = {
    imap: { port: dovecot.imapPort, tlsPort: dovecot.imapsPort },
    pid: dovecot.masterPid,
    addressOf: (login: string) => `${login}@${domain}`,
    loginOf: (login: string) => `"${login}" ${password}`,
  }
  return {
    dovecot: { ...base, name: 'Dovecot', entry: { port: dovecot.lmtpPort, lmtp: true } },
    postfix: { ...base, name: 'Postfix → Dovecot', entry: { port: postfix.smtpPort, lmtp: false } },
    async [Symbol.asyncDispose]() {
      await postfix[Symbol.asyncDispose]()
      await dovecot[Symbol.asyncDispose]()
    },
  }
}

const fill = async (target: Target, messages: number): Promise<void> => {
  using client = await openImap(target.imap.port)
  await client.run(`LOGIN ${target.loginOf(bigLogin)}`)
  const { text } = await client.run('STATUS INBOX (MESSAGES)', { keep: true })
  const present = Number(/MESSAGES (\d+)/.exec(text)?.[1] ?? 0)
  const jobs = Array.from({ length: messages - present }, (_, at) => ({
    forwardPath: target.addressOf(bigLogin),
    message: generatedMail(present + at, 2_000 + ((present + at) % 27) * 1_000),
  }))
  const { accepted } = await deliver({ ...target.entry, sessions: 4, reversePath: 'bench@peer.example', jobs })
  say(`${target.name}: mailbox of ${present + accepted} messages filled`)
}

const rounds = Number(options.rounds)

const medianOf = async (measure: () => Promise<number>): Promise<number> => {
  const values: number[] = []
  for (let round = 0; round < rounds; round += 1) values.push(await measure())
  return median(values)
}

const deliveryRow = async (ours: Target, peers: Peers | undefined): Promise<Row> => {
  const messages = Number(options.messages)
  const of = async (target: Target): Promise<number> => {
    const value = await medianOf(() => delivery(target, logins, messages))
    say(`delivery, ${target.name}: ${Math.round(value)} messages/s`)
    return value
  }
  return {
    name: 'durable delivery, 10 KB, 10 sessions, into mailboxes',
    unit: 'messages/s',
    more: true,
    ours: await of(ours),
    peers: peers === undefined ? {} : { [peers.postfix.name]: await of(peers.postfix), 'Dovecot': await of(peers.dovecot) },
  }
}

const fetchTimes = async (target: Target): Promise<ReadonlyMap<FetchRow, readonly [first: number, warm: number]>> => {
  await fill(target, Number(options.mailbox))
  const all = []
  for (let round = 0; round <= rounds; round += 1) all.push(await fetchRound(target, bigLogin))
  const [first, ...warm] = all
  return new Map(
    (Object.keys(fetchCommands) as FetchRow[]).map((row) => [row, [first?.get(row)?.seconds ?? NaN, median(warm.map((round) => round.get(row)?.seconds ?? NaN))]]),
  )
}

const fetchRows = async (ours: Target, peers: Peers | undefined): Promise<readonly Row[]> => {
  const mine = await fetchTimes(ours)
  const theirs = peers === undefined ? undefined : await fetchTimes(peers.dovecot)
  return (Object.keys(fetchCommands) as FetchRow[]).flatMap((row) =>
    (['first', 'warm'] as const).map((state, at) => ({
      name: `${row}, ${options.mailbox} messages, ${state}`,
      unit: 's',
      more: false,
      ours: mine.get(row)?.[at] ?? NaN,
      peers: theirs === undefined ? {} : { 'Dovecot': theirs.get(row)?.[at] ?? NaN },
    })),
  )
}

const idleRows = async (ours: Target, peers: Peers | undefined): Promise<readonly Row[]> => {
  const connections = Number(options.connections)
  const rows: Row[] = []
  for (const tls of [false, true]) {
    rows.push({
      name: `memory per idle IMAP connection, ${connections} of them, ${tls ? 'TLS' : 'plain'}`,
      unit: 'KiB',
      more: false,
      ours: await idleMemory(ours, logins, connections, tls),
      peers: peers === undefined ? {} : { 'Dovecot': await idleMemory(peers.dovecot, logins, connections, tls) },
    })
    say(`idle memory, ${tls ? 'TLS' : 'plain'}: measured`)
  }
  return rows
}

const startRow = async (platform: Platform): Promise<Row> => {
  await platform.stop()
  const begun = performance.now()
  const again = await startPlatform({ ...platform.options, directory: platform.directory })
  const seconds = (performance.now() - begun) / 1000
  await again[Symbol.asyncDispose]()
  return { name: 'start until all doors are open, data present', unit: 's', more: false, ours: seconds, peers: {} }
}

const measure = async (): Promise<readonly Row[]> => {
  const withPeers = ensurePeers()
  if (!withPeers) say('Postfix and Dovecot are not installed: measuring Bulkhead alone (--peers installs them)')
  const root = mkdtempSync(join(tmpdir(), 'bulkhead-bench-'))
  const platform = await startPlatform({ cells: [{ id: 'bench', name: 'Bench', portBase: 18_000 }], metricsPort: 18_464 })
  const peers = withPeers ? await startPeers(root) : undefined
  try {
    await plantAccounts(platform, 'bench', domain, [...logins, bigLogin], password)
    const ours = bulkheadTarget(platform)
    const rows: Row[] = []
    // Idle memory first: what a large mailbox leaves in the heaps would hide it.
    if (wants('idle')) rows.push(...(await idleRows(ours, peers)))
    if (wants('delivery')) rows.push(await deliveryRow(ours, peers))
    if (wants('fetch')) rows.push(...(await fetchRows(ours, peers)))
    if (wants('start')) rows.push(await startRow(platform))
    return rows
  } finally {
    await peers?.[Symbol.asyncDispose]()
    await platform[Symbol.asyncDispose]()
    rmSync(root, { recursive: true, force: true })
  }
}

if (options.help) process.stdout.write(usage)
else {
  const rows = await measure()
  process.stdout.write(options.json ? `${JSON.stringify(rows)}\n` : `${markdown(rows)}\n`)
}
