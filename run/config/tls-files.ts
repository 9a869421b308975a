/** A certificate and its key by path, as settings of that name have them. */
import type { MapReader } from './reader.ts'

export interface TlsFiles {
  readonly certificate: string
  readonly key: string
}

const file = { pattern: /^\//, must: 'the absolute path of a PEM file' }

export const readTls = (map: MapReader): TlsFiles | null =>
  map.map('tls', ['certificate', 'key'], (tls) => ({ certificate: tls.text('certificate', file), key: tls.text('key', file) })) ?? null
