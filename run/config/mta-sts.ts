/** `mtaSts:` of a cell: the policy its gate serves by HTTPS for the cell's domains (RFC 8461). */
import { times } from './measures.ts'
import type { TlsFiles } from './tls-files.ts'
import type { MapReader, Reader } from './reader.ts'
import { readTls } from './tls-files.ts'

export interface MtaStsConfig {
  /** False: nothing listens on port 443. */
  readonly listen: boolean
  readonly mode: 'enforce' | 'testing' | 'none'
  readonly maxAgeSeconds: number
  /** For HTTPS alone: with the names `mta-sts.DOMAIN`. Null: the cell's own. */
  readonly tls: TlsFiles | null
  /** Hosts that take the domains' mail beside the cell's own, `*.` patterns among them. */
  readonly mx: readonly string[]
}

/** Section 3.2 asks for weeks once it is in earnest; testing hurts nobody meanwhile. */
export const defaultMtaSts: MtaStsConfig = { listen: true, mode: 'testing', maxAgeSeconds: 604_800, tls: null, mx: [] }

const maxAgeMinMs = 86_400_000
/** A year (section 3.2). */
const maxAgeMaxMs = 31_557_600_000
const mxMax = 20
const mxPattern = /^(?:\*\.)?(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/i

export const readMtaSts = (cell: MapReader, reader: Reader): MtaStsConfig =>
  cell.map('mtaSts', ['listen', 'mode', 'maxAge', 'tls', 'mx'], (map) => {
    const maxAgeMs = map.measure('maxAge', defaultMtaSts.maxAgeSeconds * 1_000, times, '7d')
    if (maxAgeMs < maxAgeMinMs || maxAgeMs > maxAgeMaxMs) map.mistake('maxAge', 'mtaSts.maxAge must be from 1d to 365d; senders believe the policy for so long')
    const mx = map.list('mx', (place) => reader.textAt(place, mxPattern, 'a host name such as mx2.isp.example or *.isp.example').toLowerCase())
    if (mx.length > mxMax) map.mistake('mx', `mtaSts.mx has ${mx.length} hosts; ${mxMax} are the most`)
    return {
      listen: map.flag('listen', defaultMtaSts.listen),
      mode: map.choice('mode', defaultMtaSts.mode, ['enforce', 'testing', 'none']),
      maxAgeSeconds: Math.floor(maxAgeMs / 1_000),
      tls: readTls(map),
      mx,
    }
  }) ?? defaultMtaSts

/** The policy as it is served (section 3.2). */
export const stsPolicyText = ({ mode, mx, maxAgeSeconds }: MtaStsConfig, hostName: string): string =>
  ['version: STSv1', `mode: ${mode}`, ...[hostName.toLowerCase(), ...mx].map((host) => `mx: ${host}`), `max_age: ${maxAgeSeconds}`, ''].join('\r\n')
