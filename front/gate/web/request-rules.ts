/**
 * What a request has to be before anything is done with it. Node's parser is strict about the grammar; this is about what two readers could
 * understand differently, and about what nobody needs: two Hosts, bodies where none belongs, targets that are no plain path.
 */
import type { IncomingMessage } from 'node:http'

export const headBytesMax = 16_384
const fieldsMax = 64
const targetLengthMax = 4_096
export const methods = ['GET', 'HEAD', 'POST', 'DELETE'] as const

export interface PlainRequest {
  readonly method: (typeof methods)[number]
  /** Begins with `/`, has no empty, `.` or `..` segment but the last, nothing encoded that hides one. */
  readonly path: string
  /** Path and query, as they go on to the mailroom. */
  readonly target: string
  /** As in Host, lower case: name, and the port where one is said. */
  readonly authority: string
  /** The name alone; an IPv6 address in brackets. */
  readonly host: string
}

export type Flaw = 'bad' | 'method' | 'tooLong'

const authorityPattern = /^(?=.{1,255}$)([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?$/
const targetPattern = /^\/[!-~]*$/
/** Encoded slashes, dots, backslashes and NUL, but in the name of a download; and what is not one path however it is read. */
const crooked = /\\|\/\/|\/\.{1,2}(?:\/|$)/
const hidden = /%(?:2f|5c|2e|00)/i
const downloadPath = '/jmap/download/'

const countOf = (request: IncomingMessage, name: string): number => {
  let count = 0
  for (let at = 0; at < request.rawHeaders.length; at += 2) if (request.rawHeaders[at]?.toLowerCase() === name) count += 1
  return count
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] !== undefined && headers['content-length'] !== '0')

/** Path and query; of a target in absolute form (RFC 9112 section 3.2.2) only where it names the Host. */
const targetOf = (url: string, authority: string): string => {
  const absolute = /^https?:\/\/([^/?#]+)(.*)$/i.exec(url)
  if (absolute === null) return url
  return absolute[1]?.toLowerCase() === authority ? absolute[2] || '/' : ''
}

export const plainRequest = (request: IncomingMessage): PlainRequest | Flaw => {
  const method = methods.find((candidate) => candidate === request.method)
  if (method === undefined) return 'method'
  const authority = (request.headers.host ?? '').toLowerCase().replace(/\.(?=:|$)/, '')
  const parts = authorityPattern.exec(authority)
  if (request.rawHeaders.length / 2 >= fieldsMax) return 'tooLong'
  if (request.httpVersion !== '1.1' || parts === null || countOf(request, 'host') !== 1 || countOf(request, 'content-length') > 1) return 'bad'
  if (countOf(request, 'authorization') > 1 || countOf(request, 'dpop') > 1) return 'bad'
  const encodings = request.headers['transfer-encoding']
  if (encodings !== undefined && encodings.toLowerCase() !== 'chunked') return 'bad'
  if ((method === 'GET' || method === 'HEAD') && hasBody(request)) return 'bad'
  const target = targetOf(request.url ?? '', authority)
  if (target.length > targetLengthMax) return 'tooLong'
  const path = target.replace(/\?.*$/, '')
  if (!targetPattern.test(target) || target.includes('#') || crooked.test(path)) return 'bad'
  if (!path.startsWith(downloadPath) && hidden.test(path)) return 'bad'
  return { method, path, target, authority, host: parts[1] ?? '' }
}
