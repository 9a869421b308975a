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
import { portBaseGiven } from '../ports.ts'
import { bigLogin, domain, logins, parkAfterSeconds, password, type Peers, type RowGroup } from './bench.ts'
import { endedWithRun, endOnSignals, removedWithRun, unlessInterrupted } from './ending.ts'
import { startDovecot } from './peers/dovecot.ts'
import { startPostfix } from './peers/postfix.ts'
import { append } from './rows/append.ts'
import { delivery } from './rows/delivery.ts'
import { fetch } from './rows/fetch.ts'
import { judged } from './rows/judged.ts'
import { idle } from './rows/idle.ts'
import { mixed } from './rows/mixed.ts'
import { search } from './rows/search.ts'
import { relay } from './rows/relay.ts'
import { resync } from './rows/resync.ts'
import { start } from './rows/start.ts'
import { status } from './rows/status.ts'
import { wake } from './rows/wake.ts'
import { webmail } from './rows/webmail.ts'
import { markdown, type Row } from './table.ts'
import type { Target } from './target.ts'

/** In this order: what a large mailbox leaves in the heaps would hide idle memory, and the last one stops the platform. */
const groups: readonly RowGroup[] = [
  idle,
  wake,
  delivery,
  judged,
  relay,
  mixed,
  append,
  status,
  fetch,
  search,
  resync,
  webmail,
  start,
]

const { values: options } = parseArgs({
  options: {
    peers: { type: 'boolean', default: false },
    messages: { type: 'string', default: '3000' },
    mailbox: { type: 'string', default: '10000' },
    connections: { type: 'string', default: '200' },
    rounds: { type: 'string', default: '3' },
    parts: { type: 'string', default: '' },
    rows: { type: 'string', default: groups.filter(({ long = false }) => !long).map(({ name }) => name).join(',') },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const usage = `bulkhead bench: measures this platform, and Debian's Postfix and Dovecot beside it

  --peers            install Debian's Postfix and Dovecot where missing (root) and measure them beside
  --messages N       messages of the delivery row (3000)
  --mailbox N        messages of the large mailbox (10000)
  --connections N    idle connections of the memory rows (200)
  --rounds N         rounds; medians are printed (3)
  --rows LIST        some of these, with commas between; those that take minutes only where they are named:
${groups.map(({ name, about }) => `                       ${name.padEnd(10)} ${about}`).join('\n')}
  --parts LIST       some parts of a row that has them; without it all:
${groups.filter(({ parts }) => parts !== undefined).map(({ name, parts = [] }) => `                       ${name.padEnd(10)} ${parts.join(', ')}`).join('\n')}
  --json             rows as JSON
`

/** All connections are of one address and few accounts; sessions park before the idle ones are measured. */
const settings = ['limits: { connectionsPerPeer: 20000 }', `sessions: { perAccount: 2000, parkAfter: ${parkAfterSeconds}s }`]

/** The platform's; its peers' lie 1,000 above. `BULKHEAD_PORT_BASE` where another run has these. */
const portBase = portBaseGiven() ?? 18_000
const peerPorts = portBase + 1_000

const wanted = options.rows.split(',')
const wantedParts = options.parts === '' ? undefined : options.parts.split(',')
/** What was asked for and is not there: a slip would measure nothing. */
const unknown = [
  ...wanted.filter((name) => !groups.some((group) => group.name === name)),
  ...(wantedParts ?? []).filter((part) => !groups.some(({ name, parts = [] }) => wanted.includes(name) && parts.includes(part))),
]

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

const startPeers = async (root: string): Promise<Peers & AsyncDisposable> => {
  const tls = { certificate: join(root, 'certificate.pem'), key: join(root, 'key.pem') }
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', tls.key, '-out', tls.certificate, '-days', '30', '-subj', '/CN=peer.example'], { stdio: 'ignore' })
  const dovecot = endedWithRun(await startDovecot(join(root, 'dovecot'), peerPorts + 143, peerPorts + 993, peerPorts + 24, tls))
  const postfix = endedWithRun(await startPostfix(join(root, 'postfix'), peerPorts + 25, { transport: `lmtp:inet:127.0.0.1:${dovecot.lmtpPort}`, domain }))
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

const plant = (platform: Platform, names: readonly string[]): Promise<unknown> => plantAccounts(platform, 'bench', domain, names, password)

const measure = async (): Promise<readonly Row[]> => {
  const withPeers = ensurePeers()
  if (!withPeers) say('Postfix and Dovecot are not installed: measuring Bulkhead alone (--peers installs them)')
  const root = mkdtempSync(join(tmpdir(), 'bulkhead-bench-'))
  removedWithRun(root)
  const platform = endedWithRun(await startPlatform({ cells: [{ id: 'bench', name: 'Bench', portBase, settings }] }))
  const peers = withPeers ? await startPeers(root) : undefined
  try {
    await plant(platform, [...logins, bigLogin])
    const rows: Row[] = []
    for (const group of groups.filter(({ name }) => wanted.includes(name))) {
      say(`${group.name}: ${group.about}`)
      rows.push(...await group.measure({
        ours: bulkheadTarget(platform),
        peers,
        platform,
        rounds: Number(options.rounds),
        messages: Number(options.messages),
        mailbox: Number(options.mailbox),
        connections: Number(options.connections),
        peerPorts,
        wants: (part) => wantedParts?.includes(part) ?? true,
        say,
        plant: async (names) => void (await plant(platform, names)),
      }))
    }
    return rows
  } finally {
    await peers?.[Symbol.asyncDispose]()
    await platform[Symbol.asyncDispose]()
    rmSync(root, { recursive: true, force: true })
  }
}

if (options.help) process.stdout.write(usage)
else if (unknown.length > 0) {
  say(`bulkhead bench: nothing is called ${unknown.join(', ')}; --help lists rows and parts`)
  process.exitCode = 2
} else {
  endOnSignals()
  const rows = await unlessInterrupted(measure())
  process.stdout.write(options.json ? `${JSON.stringify(rows)}\n` : `${markdown(rows)}\n`)
}
