/** The `scanners` of a cell: what looks into whole messages, where it listens, and what is done while it does not answer. */
import { scannerFailures, scannerKinds, type ScannerFact } from '@bulkhead/door/contracts/start.ts'
import { sizes, times } from './measures.ts'
import type { MapReader, Place, Reader } from './reader.ts'

/** A socket that intake may open, or a host and port that the scout reaches for it. */
export type ScannerPlace = { readonly path: string } | { readonly host: string; readonly port: number }

export type ScannerConfig = Omit<ScannerFact, 'path'> & { readonly at: ScannerPlace }

const scannersMax = 8
const portMax = 65_535
const stages = ['virus', 'spam'] as const
const stageOf = { rspamd: 'spam', clamav: 'virus', milter: 'spam' } as const
const defaultLimitMs = 20_000
const defaultSizeBytes = 26_214_400
const keys = ['name', 'kind', 'at', 'stage', 'whenAway', 'timeout', 'messageSize']
const namePattern = /^[a-z][a-z0-9-]{0,30}$/
const placePattern = /^(?:\/[^\0]{1,100}|(?:[a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\]):[1-9][0-9]{0,4})$/i
const placeMust = 'the path of a socket such as /run/clamav/clamd.ctl, or a host and port such as 192.0.2.7:11333'

const placeOf = (text: string): ScannerPlace => {
  if (text.startsWith('/')) return { path: text }
  const at = text.lastIndexOf(':')
  return { host: text.slice(0, at).replace(/^\[|\]$/g, ''), port: Number(text.slice(at + 1)) }
}

const readScanner = (place: Place, reader: Reader): ScannerConfig => {
  const map = reader.mapAt(place, keys)
  const kind = map.choice('kind', 'milter', scannerKinds)
  if (!map.has('kind')) map.mistake('kind', `${place.path}.kind is missing; it is one of ${scannerKinds.join(', ')}`)
  const at = placeOf(map.text('at', { pattern: placePattern, must: placeMust }))
  if ('port' in at && at.port > portMax) map.mistake('at', `${place.path}.at must be ${placeMust}`)
  return {
    kind,
    at,
    name: map.text('name', { otherwise: kind, pattern: namePattern, must: 'a short name: small letters, digits and hyphens' }),
    stage: map.choice('stage', stageOf[kind], stages),
    whenAway: map.choice('whenAway', 'accept', scannerFailures),
    limitMs: map.measure('timeout', defaultLimitMs, times, '20s', ['100ms', '5m']),
    sizeBytesMax: map.measure('messageSize', defaultSizeBytes, sizes, '25MiB', ['1KiB', '1GiB']),
  }
}

export const readScanners = (map: MapReader, reader: Reader): readonly ScannerConfig[] => {
  const scanners = map.list('scanners', (place) => readScanner(place, reader))
  const names = scanners.map(({ name }) => name)
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice !== undefined) map.mistake('scanners', `two scanners are called "${twice}"; give one another name`)
  if (scanners.length > scannersMax) map.mistake('scanners', `${scannersMax} scanners are enough: each of them delays every message`)
  return scanners
}

export const tcpScanners = (scanners: readonly ScannerConfig[]): readonly { readonly name: string; readonly host: string; readonly port: number }[] =>
  scanners.flatMap(({ name, at }) => ('port' in at ? [{ name, ...at }] : []))
