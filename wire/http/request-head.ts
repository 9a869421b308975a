/**
 * The head of an HTTP/1.1 request (RFC 9112 section 2 to 5), as far as one that has no body needs it. Strict where others
 * guess: bare LF, folded fields, two Hosts, blanks before a colon are refused, so that nothing can be read two ways.
 */
import { latin1 } from '@bulkhead/base/bytes.ts'

export interface RequestHead {
  readonly method: string
  /** Without a query. */
  readonly path: string
  /** Lower case, without the port; of the target where that names one (RFC 9112 section 3.2.2). */
  readonly host: string
}

export const requestHeadBytesMax = 8_192
const fieldsMax = 64

const linePattern = /^([A-Z]{1,16}) ([!-~]{1,4096}) HTTP\/1\.[01]$/
const fieldPattern = /^([!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}):[ \t]*([\t -~\x80-\xff]*)$/
const hostPattern = /^[a-z0-9.-]{1,255}(?::[0-9]{0,5})?$/i

const bareHost = (authority: string): string | undefined =>
  hostPattern.test(authority) ? authority.toLowerCase().replace(/:[0-9]*$/, '').replace(/\.$/, '') : undefined

const targetOf = (target: string): { readonly path: string; readonly authority: string | undefined } | undefined => {
  const absolute = /^https?:\/\/([^/?#]+)(\/.*)?$/i.exec(target)
  const path = (absolute === null ? target : absolute[2] ?? '/').replace(/[?#].*$/, '')
  return path.startsWith('/') ? { path, authority: absolute?.[1] } : undefined
}

/** `more`: it is not whole yet. `tooLong`: and never will be, for us. */
export const parseRequestHead = (bytes: Uint8Array): RequestHead | 'more' | 'tooLong' | 'bad' => {
  const text = latin1(bytes.subarray(0, requestHeadBytesMax))
  const end = text.indexOf('\r\n\r\n')
  const seen = end < 0 ? text : text.slice(0, end)
  if (/\n/.test(seen.replaceAll('\r\n', ''))) return 'bad'
  if (end < 0) return bytes.length >= requestHeadBytesMax ? 'tooLong' : 'more'
  const [line = '', ...fields] = seen.split('\r\n')
  const request = linePattern.exec(line)
  const target = request === null ? undefined : targetOf(request[2] ?? '')
  if (request === null || target === undefined || fields.length > fieldsMax) return 'bad'
  const hosts: string[] = []
  for (const field of fields) {
    const parts = fieldPattern.exec(field)
    if (parts === null) return 'bad'
    if (parts[1]?.toLowerCase() === 'host') hosts.push((parts[2] ?? '').trim())
  }
  const [own] = hosts
  if (own === undefined || hosts.length > 1) return 'bad'
  const host = bareHost(target.authority ?? own)
  return host === undefined || bareHost(own) === undefined ? 'bad' : { method: request[1] ?? '', path: target.path, host }
}
