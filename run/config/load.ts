/** From the text of a configuration file to one frozen, validated value; or every mistake in it with line and remedy. */
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { LineCounter, parseDocument } from 'yaml'
import { isCellId, type CellId } from '@bulkhead/base/ids.ts'
import { secret } from '@bulkhead/base/secret.ts'
import type { SessionPolicy } from '@bulkhead/door/contracts/start.ts'
import { ConfigRefused, portBaseMax, portsOf, type CellConfig, type PlatformConfig } from './config.ts'
import { defaultDns, readDns, type DnsConfig } from './dns.ts'
import { sizes, times } from './measures.ts'
import { readTls } from './tls-files.ts'
import { readEgress, readRoutes } from './egress.ts'
import { configReader, type MapReader, type Place, type Reader } from './reader.ts'
import { readMtaSts } from './mta-sts.ts'
import { readReports } from './reports.ts'
import { readReception } from './reception.ts'
import { readScanners } from './scanners.ts'
import { readWeb } from './web.ts'


export const defaultLimits = { messageBytesMax: 52_428_800, recipientsMax: 200, connectionsMax: 20_000, connectionsPerPeerMax: 200 }
/** About two minutes, then quarter of an hour, hours; five days in all (RFC 5321 section 4.5.4.1), a word after four hours. */
export const defaultRetry = { waitsMs: [120_000, 300_000, 900_000, 1_800_000, 3_600_000, 10_800_000], giveUpAfterMs: 432_000_000, warnAfterMs: 14_400_000 }

/** Each takes up to fourteen of the hundred sessions that a role has at a database server. */
const instancesMax = 6

const namePattern = /^[a-z][a-z0-9-]{0,30}$/
const nameMust = 'a short name: small letters, digits and hyphens, beginning with a letter'
const domainPattern = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i
const keyPattern = /^[A-Za-z0-9+/]{43}=$/
const urlPattern = /^postgres(?:ql)?:\/\//

const cellKeys = [
  'id', 'isp', 'name', 'address', 'portBase', 'hostName', 'tls', 'database', 'proxyFrom', 'mailrooms', 'intakes', 'limits', 'sessions', 'reception',
  'scanners', 'retry', 'egress', 'dns', 'mtaSts', 'reports', 'web', 'manageSieve', 'escrow',
]

const isBlock = (text: string): boolean => {
  const [address = '', bits, ...rest] = text.split('/')
  const family = isIP(address)
  if (family === 0 || rest.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
}

const isLoopback = (address: string): boolean => /^127\.|^::1$/.test(address)

const readLimits = (map: MapReader): CellConfig['limits'] =>
  map.map('limits', ['messageSize', 'recipients', 'connections', 'connectionsPerPeer'], (limits) => ({
    messageBytesMax: limits.measure('messageSize', defaultLimits.messageBytesMax, sizes, '50MiB', ['64KiB', '1GiB']),
    recipientsMax: limits.whole('recipients', { otherwise: defaultLimits.recipientsMax, min: 100, max: 10_000 }),
    connectionsMax: limits.whole('connections', { otherwise: defaultLimits.connectionsMax, min: 10, max: 1_000_000 }),
    connectionsPerPeerMax: limits.whole('connectionsPerPeer', { otherwise: defaultLimits.connectionsPerPeerMax, min: 1, max: 1_000_000 }),
  })) ?? defaultLimits

/** Mail programs of a family, with several connections each; a client that polls every minute keeps its session in memory. */
export const defaultSessions: SessionPolicy = { perAccountMax: 50, parkAfterMs: 90_000, pop3LoginDelayMs: 0 }

const readSessions = (map: MapReader): SessionPolicy =>
  map.map('sessions', ['perAccount', 'parkAfter', 'pop3LoginDelay'], (sessions) => ({
    perAccountMax: sessions.whole('perAccount', { otherwise: defaultSessions.perAccountMax, min: 1, max: 10_000 }),
    parkAfterMs: sessions.measure('parkAfter', defaultSessions.parkAfterMs, times, '90s'),
    pop3LoginDelayMs: sessions.measure('pop3LoginDelay', defaultSessions.pop3LoginDelayMs, times, '0s'),
  })) ?? defaultSessions

const readRetry = (map: MapReader, reader: Reader): CellConfig['retry'] =>
  map.map('retry', ['waits', 'giveUpAfter', 'warnAfter'], (retry) => {
    const waitsMs = retry.list('waits', (place) => reader.measureAt(place, times, '5m', ['1s', '7d']))
    return {
      waitsMs: waitsMs.length === 0 ? defaultRetry.waitsMs : waitsMs,
      giveUpAfterMs: retry.measure('giveUpAfter', defaultRetry.giveUpAfterMs, times, '5d', ['1m', '90d']),
      warnAfterMs: retry.measure('warnAfter', defaultRetry.warnAfterMs, times, '4h', ['0s', '90d']),
    }
  }) ?? defaultRetry

const readCell = (place: Place, reader: Reader, platformDns: DnsConfig, demo: boolean): CellConfig => {
  const map = reader.mapAt(place, cellKeys)
  const id = map.text('id', { pattern: namePattern, must: nameMust })
  const address = map.text('address', { otherwise: '127.0.0.1', must: 'an IP address' })
  if (isIP(address) === 0) map.mistake('address', `address must be an IP address, not "${address}"; a cell listens on addresses of its own`)
  const hostName = map.text('hostName', { pattern: domainPattern, must: 'a full host name such as mx.isp.example' })
  const escrow = map.text('escrow', { otherwise: '', pattern: keyPattern, must: 'a public key of 32 bytes in base64 (isp add makes one)' })
  const database = map.text('database', { otherwise: '', pattern: urlPattern, must: 'a URL such as postgresql://admin:password@host/postgres', secret: true })
  return {
    id: (isCellId(id) ? id : 'unnamed') as CellId,
    isp: map.text('isp', { otherwise: id, pattern: namePattern, must: nameMust }),
    name: map.text('name', { otherwise: id }),
    address,
    portBase: map.whole('portBase', { otherwise: 0, min: 0, max: portBaseMax }),
    hostName,
    tls: readTls(map),
    database: database === '' ? null : secret(database),
    proxyFrom: map.list('proxyFrom', (item) => {
      const block = reader.textAt(item, /./, 'an address or a CIDR block')
      if (block !== '' && !isBlock(block)) reader.mistakes.push({ line: item.line, what: `"${block}" must be an address or a block such as 10.0.0.0/8` })
      return block
    }),
    mailrooms: map.whole('mailrooms', { otherwise: 1, min: 1, max: instancesMax }),
    intakes: map.whole('intakes', { otherwise: 1, min: 1, max: instancesMax }),
    limits: readLimits(map),
    sessions: readSessions(map),
    reception: readReception(map, reader),
    retry: readRetry(map, reader),
    egress: readEgress(map, reader),
    dns: readDns(map, reader) ?? platformDns,
    mtaSts: readMtaSts(map, reader),
    reports: readReports(map, reader),
    manageSieve: map.flag('manageSieve', true),
    web: readWeb(map, reader, hostName, demo && isLoopback(address)),
    scanners: readScanners(map, reader),
    escrow: escrow === '' ? null : escrow,
    line: map.line,
  }
}

/** Two cells that would listen on the same port of the same address, or are one and the same. */
const clashes = (cells: readonly CellConfig[], reader: Reader): void => {
  const ids = new Map<string, number>()
  const ports = new Map<string, CellConfig>()
  for (const cell of cells) {
    const first = ids.get(cell.id)
    if (first !== undefined) {
      reader.mistakes.push({ line: cell.line, what: `the cell "${cell.id}" is there already, at line ${first}; give this one another id` })
    } else ids.set(cell.id, cell.line)
    const clash = portsOf(cell).map(({ port }) => ports.get(`${cell.address} ${cell.portBase + port}`)).find((other) => other !== undefined)
    if (clash !== undefined && first === undefined) {
      reader.mistakes.push({ line: cell.line, what: `the cell "${cell.id}" would listen on ports of "${clash.id}"; change address or portBase` })
    }
    for (const { port } of portsOf(cell)) ports.set(`${cell.address} ${cell.portBase + port}`, cell)
  }
}

const deepFreeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const part of Object.values(value)) deepFreeze(part)
  }
  return value
}

/** Throws `ConfigRefused`. */
export const parseConfig = (text: string, file: string): PlatformConfig => {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, maxAliasCount: 0 } as Parameters<typeof parseDocument>[1])
  if (document.errors.length > 0) {
    throw new ConfigRefused(file, document.errors.map((error) => ({
      line: error.linePos?.[0].line ?? 1,
      what: `${(error.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '')}; this is not YAML as it stands`,
    })))
  }
  const reader = configReader(lines)
  const map = reader.mapAt({ node: document.contents, path: '', line: 1 }, ['operator', 'demo', 'logLevel', 'metrics', 'dns', 'cells', 'routes'])
  const dns = readDns(map, reader) ?? defaultDns
  const metrics = { address: '127.0.0.1', port: 9464 }
  const demo = map.flag('demo', false)
  const config: PlatformConfig = {
    operator: map.text('operator', { otherwise: 'Bulkhead' }),
    demo,
    logLevel: map.choice('logLevel', 'info', ['debug', 'info', 'warn', 'error']),
    metrics: map.map('metrics', ['address', 'port'], (at) => ({
      address: at.text('address', { otherwise: metrics.address, pattern: /^[0-9a-f.:]+$/, must: 'an IP address' }),
      port: at.whole('port', { otherwise: metrics.port, min: 0, max: 65_535 }),
    })) ?? metrics,
    cells: map.list('cells', (place) => readCell(place, reader, dns, demo)),
    routes: readRoutes(map, reader),
  }
  clashes(config.cells, reader)
  if (reader.mistakes.length > 0) throw new ConfigRefused(file, reader.mistakes.toSorted((a, b) => a.line - b.line))
  return deepFreeze(config)
}

export const loadConfig = (file: string): PlatformConfig => {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    throw new ConfigRefused(file, [{ line: 1, what: `can't be read (${code}); name another with --config, or make one with: bulkhead up --demo` }])
  }
  return parseConfig(text, file)
}
