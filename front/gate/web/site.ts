/** The files of the webmail, held in memory as they go out: each whole, by brotli and by gzip. No path from outside ever becomes a file's name. */
import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

export interface SiteFile {
  /** Below the site's folder, `/` between folders. */
  readonly name: string
  readonly bytes: Buffer
}

interface Held {
  readonly type: string
  readonly etag: string
  readonly cacheControl: string
  readonly plain: Buffer
  readonly gzip: Buffer | undefined
  readonly brotli: Buffer | undefined
}

export interface SiteAnswer {
  readonly status: 200 | 304
  readonly headers: Readonly<Record<string, string | number>>
  readonly body: Buffer
}

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8', js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8', json: 'application/json', svg: 'image/svg+xml',
  png: 'image/png', webp: 'image/webp', ico: 'image/x-icon', woff2: 'font/woff2', webmanifest: 'application/manifest+json', txt: 'text/plain; charset=utf-8',
}
const compressible = /^(?:text|application|image\/svg)/
const yearSeconds = 31_536_000
/** Names below hold a hash of what is inside. */
const hashedFolder = 'assets/'
const brotliQuality = 9
const none = Buffer.alloc(0)

const held = ({ name, bytes }: SiteFile): Held => {
  const type = types[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream'
  const packs = compressible.test(type)
  return {
    type, plain: bytes,
    etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
    cacheControl: name.startsWith(hashedFolder) ? `public, max-age=${yearSeconds}, immutable` : 'no-cache',
    gzip: packs ? gzipSync(bytes, { level: 9 }) : undefined,
    brotli: packs ? brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: brotliQuality } }) : undefined,
  }
}

/** RFC 9110 section 12.5.3, as browsers send it; what says `q=0` is not taken. */
const takes = (accepted: string, coding: string): boolean =>
  accepted.split(',').some((one) => new RegExp(`^\\s*${coding}\\s*(?:;\\s*q=(?!0(?:\\.0*)?\\s*$)[0-9.]+\\s*)?$`, 'i').test(one))

const bodyOf = ({ plain, gzip, brotli }: Held, accepted: string): { readonly body: Buffer; readonly coding: string } => {
  if (brotli !== undefined && takes(accepted, 'br')) return { body: brotli, coding: 'br' }
  return gzip !== undefined && takes(accepted, 'gzip') ? { body: gzip, coding: 'gzip' } : { body: plain, coding: '' }
}

/** Paths the pages themselves make: all lead to the mail's page. What is well known (RFC 8615) is there or not. */
const isPagePath = (path: string): boolean => !path.startsWith('/.well-known/') && !/\.[a-z0-9]+$/i.test(path.slice(path.lastIndexOf('/')))

export const site = (files: readonly SiteFile[]) => {
  const all = new Map(files.map((file) => [file.name, held(file)]))
  const find = (path: string): Held | undefined => {
    if (path === '/sign-in') return all.get('sign-in.html')
    const own = path.endsWith('.html') ? undefined : all.get(path.slice(1))
    return own ?? (isPagePath(path) && !path.startsWith(`/${hashedFolder}`) ? all.get('mail.html') : undefined)
  }
  return {
    size: all.size,
    /** Undefined where there is nothing. */
    answer(path: string, headers: IncomingHttpHeaders): SiteAnswer | undefined {
      const file = find(path)
      if (file === undefined) return undefined
      const shared = { 'content-type': file.type, etag: file.etag, 'cache-control': file.cacheControl, vary: 'accept-encoding' }
      if (headers['if-none-match'] === file.etag) return { status: 304, headers: shared, body: none }
      const accepted = headers['accept-encoding']
      const { body, coding } = bodyOf(file, typeof accepted === 'string' ? accepted : '')
      const encoded = coding === '' ? {} : { 'content-encoding': coding }
      return { status: 200, headers: { ...shared, ...encoded, 'content-length': body.length }, body }
    },
  }
}

export type Site = ReturnType<typeof site>
