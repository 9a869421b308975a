/**
 * Debian's Unbound on loopback, validating, with zones given as tables: what is `signed` lies in a signed root, what is
 * `unsigned` is delegated from it without DS, what is `bogus` is delegated with a DS that fits no key. It asks nobody.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@bulkhead/base/clock.ts'
import { meter } from '@bulkhead/base/meter.ts'
import { dnsTypes } from '@bulkhead/door/contracts/scout.ts'
import { resolver } from '@bulkhead/flow/resolving/resolver.ts'
import type { Dns } from '@bulkhead/flow/resolving/dns.ts'
import type { DnsServer } from '@bulkhead/flow/resolving/server.ts'
import { askServers } from '@bulkhead/flow/resolving/servers.ts'
import type { Zone } from '@bulkhead/flow/testing/zone.ts'
import { presented } from '@bulkhead/wire/dns/presentation.ts'
import type { Data } from '@bulkhead/wire/dns/records.ts'

export interface TestZone {
  /** `example.org`; signed ones may hold names of any domain that is not delegated. */
  readonly name: string
  readonly is: 'signed' | 'unsigned' | 'bogus'
  readonly names: Zone
  /** Lines of a zone file beside them. */
  readonly text?: string
}

export interface SignedZones extends AsyncDisposable {
  readonly server: DnsServer
  /** Of this server alone. */
  readonly dns: Dns
}

const installed = '/usr/sbin/unbound'
const ttlSeconds = 300
const portMin = 8_000
const portSpan = 1_400
const startMsMax = 30_000
/** Answered by Unbound itself unless it is told not to. */
const builtIn = ['localhost', 'test', 'invalid', '127.in-addr.arpa', '2.0.192.in-addr.arpa', '100.51.198.in-addr.arpa', '113.0.203.in-addr.arpa', '8.b.d.0.1.0.0.2.ip6.arpa']

const run = (command: string, words: readonly string[], cwd: string): string => {
  const done = spawnSync(command, words, { cwd, encoding: 'utf8', env: { ...process.env, PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } })
  if (done.status !== 0) throw new Error(`${command}: ${done.error?.message ?? done.stderr}`)
  return done.stdout
}

export const zoneLines = (names: Zone): readonly string[] =>
  Object.entries(names).flatMap(([name, has]) => {
    if (has === 'away') throw new TypeError(`${name}: a zone file can't be away`)
    return dnsTypes.flatMap((type) => {
      const values = has[type]
      if (values === 'away') throw new TypeError(`${name}: a zone file can't be away`)
      return (values ?? []).map((value) => presented(name, ttlSeconds, { type, value } as Data))
    })
  })

const apex = (name: string): readonly string[] => {
  const at = name === '' ? '.' : `${name}.`
  return [`${at} ${ttlSeconds} IN SOA ns.nic. hostmaster.nic. 1 3600 600 604800 60`, `${at} ${ttlSeconds} IN NS ns.nic.`]
}

const delegation = ({ name, is }: TestZone): readonly string[] => [
  `${name}. ${ttlSeconds} IN NS ns.nic.`,
  ...(is === 'bogus' ? [`${name}. ${ttlSeconds} IN DS 12345 13 2 ${'ab'.repeat(32)}`] : []),
]

/** The signed root in `folder`, and the key that vouches for it. */
const signRoot = (folder: string, zones: readonly TestZone[]): void => {
  const signed = zones.filter(({ is }) => is === 'signed')
  const lines = [
    ...apex(''),
    `ns.nic. ${ttlSeconds} IN A 127.0.0.1`,
    ...signed.flatMap(({ names, text }) => [...zoneLines(names), ...(text === undefined ? [] : [text])]),
    ...zones.filter(({ is }) => is !== 'signed').flatMap(delegation),
  ]
  writeFileSync(join(folder, 'root'), `${lines.join('\n')}\n`)
  run('dnssec-keygen', ['-q', '-a', 'ECDSAP256SHA256', '-f', 'KSK', '.'], folder)
  run('dnssec-signzone', ['-S', '-z', '-P', '-o', '.', '-f', 'root.signed', 'root'], folder)
  const key = readdirSync(folder).find((name) => name.endsWith('.key')) ?? ''
  writeFileSync(join(folder, 'anchor'), readFileSync(join(folder, key), 'utf8'))
}

const settings = (folder: string, port: number, zones: readonly TestZone[]): string => {
  const authority = (name: string, file: string): string =>
    `auth-zone:\n name: "${name}."\n zonefile: "${join(folder, file)}"\n for-upstream: yes\n for-downstream: no\n fallback-enabled: no\n`
  return [
    'server:', ` interface: 127.0.0.1@${port}`, ' do-daemonize: no', ' username: ""', ' chroot: ""', ` directory: "${folder}"`, ' pidfile: ""', ' use-syslog: no',
    ' num-threads: 1', ' do-ip6: no', ' access-control: 127.0.0.0/8 allow', ' do-not-query-localhost: no', ' module-config: "validator iterator"',
    ` trust-anchor-file: "${join(folder, 'anchor')}"`, ' verbosity: 0',
    ...builtIn.map((name) => ` local-zone: "${name}." nodefault`),
    'remote-control:', ' control-enable: no',
    authority('', 'root.signed'),
    ...zones.filter(({ is }) => is !== 'signed').map(({ name }) => authority(name, `zone-${name}`)),
  ].join('\n')
}

const stopped = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve()
    else {
      child.once('exit', () => resolve())
      child.kill('SIGTERM')
    }
  })

/** One that answers, on a port of its own; undefined where another program has that port. */
const tryUnbound = async (folder: string, zones: readonly TestZone[], port: number, program = installed): Promise<{ readonly child: ChildProcess; readonly server: DnsServer } | undefined> => {
  const file = join(folder, 'unbound.conf')
  writeFileSync(file, settings(folder, port, zones))
  const child = spawn(program, ['-d', '-p', '-c', file], { stdio: ['ignore', 'ignore', 'pipe'] })
  let complaint = ''
  child.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString()
  })
  const server = { address: '127.0.0.1', port, trusted: true }
  const ask = askServers({ servers: [server], patience: { waitsMs: [200], tcpWaitMs: 200 }, clock: systemClock, meter: meter() })
  for (const untilMs = Date.now() + startMsMax; Date.now() < untilMs;) {
    if (child.exitCode !== null) {
      if (/already in use/i.test(complaint)) return undefined
      // AppArmor confines the program by its path, to files that a test may not write.
      if (/permission denied/i.test(complaint) && program === installed) {
        copyFileSync(installed, join(folder, 'unbound'))
        return tryUnbound(folder, zones, port, join(folder, 'unbound'))
      }
      throw new Error(`unbound: ${complaint}`)
    }
    if ((await ask('', 'SOA')) !== undefined) return { child, server }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  await stopped(child)
  throw new Error(`unbound did not answer: ${complaint}`)
}

/** A port for it, which somebody may have told others already. */
export const drawnPort = (): number => portMin + Math.floor(Math.random() * portSpan)

/** On `port`, or on any that is free. */
export const startSignedZones = async (zones: readonly TestZone[], port?: number): Promise<SignedZones> => {
  const folder = mkdtempSync(join(tmpdir(), 'signed-zones-'))
  signRoot(folder, zones)
  for (const zone of zones.filter(({ is }) => is !== 'signed')) {
    writeFileSync(join(folder, `zone-${zone.name}`), `${[...apex(zone.name), ...zoneLines(zone.names), zone.text ?? ''].join('\n')}\n`)
  }
  for (;;) {
    const started = await tryUnbound(folder, zones, port ?? drawnPort())
    if (started === undefined && port !== undefined) throw new Error(`port ${port} is in use`)
    if (started === undefined) continue
    return {
      server: started.server,
      dns: resolver({ servers: [started.server], clock: systemClock, meter: meter() }),
      async [Symbol.asyncDispose]() {
        await stopped(started.child)
        rmSync(folder, { recursive: true })
      },
    }
  }
}
