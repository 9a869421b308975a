/**
 * One HTTP request to a stranger on a person's behalf. The name is asked for here, every address is looked at, and the connection
 * goes to an address that was looked at: what DNS says a moment later changes nothing.
 */
import { request as requestHttp, type IncomingMessage } from 'node:http'
import { Agent, request as requestHttps } from 'node:https'
import { isIP } from 'node:net'
import type { FetchRefusal } from '@bulkhead/door/contracts/scout.ts'
import { addressesOf } from '../relay/addresses.ts'
import type { Trust } from '../relay/trust.ts'
import type { Dns } from '../resolving/dns.ts'

export interface Outside {
  readonly dns: Dns
  readonly trust: Trust
  /** `isPublicAddress`; tests have their servers on loopback. */
  mayReach(address: string): boolean
  /** The usual ports alone: others are services of another kind. */
  mayUse(port: number): boolean
  /** For all of a fetch, redirects included. Under the time that whoever knocks waits for an answer. */
  readonly timeoutMs: number
}

export interface Exchange {
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Buffer
  readonly bytesMax: number
}

export type Exchanged =
  | { readonly is: 'response'; readonly status: number; readonly location: string | null; readonly body: Buffer }
  | { readonly is: 'refused'; readonly refusal: FetchRefusal }

export const usualPort = (port: number): boolean => port === 80 || port === 443

const urlCharsMax = 8_192
const addressesTried = 2
const headerBytesMax = 16_384

const refusedWith = (refusal: FetchRefusal): Exchanged => ({ is: 'refused', refusal })

const portOf = ({ protocol, port }: URL): number => (port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port))

/** An address that is fetched at all; the URL parser has already read `0x7f.1` as what it is. */
export const fetchableUrl = (text: string, secureOnly: boolean, outside: Outside): URL | undefined => {
  if (text.length > urlCharsMax || !URL.canParse(text)) return undefined
  const url = new URL(text)
  if (url.protocol !== 'https:' && (secureOnly || url.protocol !== 'http:')) return undefined
  if (url.hostname === '' || !outside.mayUse(portOf(url))) return undefined
  url.username = ''
  url.password = ''
  return url
}

/** What is beyond `bytesMax` is not read; null where there is more. Whatever encoding there is besides none was not asked for. */
const bodyOf = (response: IncomingMessage, bytesMax: number): Promise<Buffer | null> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= bytesMax) chunks.push(chunk)
      else if (!response.isPaused()) {
        response.pause()
        resolve(null)
      }
    })
    response.on('end', () => resolve(Buffer.concat(chunks)))
    response.on('error', reject)
    response.on('aborted', () => reject(new Error('cut off')))
  })

const answerOf = async (response: IncomingMessage, bytesMax: number): Promise<Exchanged> => {
  const status = response.statusCode ?? 0
  const location = response.headers.location ?? null
  if (status !== 200) return { is: 'response', status, location, body: Buffer.alloc(0) }
  if (Number(response.headers['content-length'] ?? 0) > bytesMax) return refusedWith('tooLarge')
  const body = await bodyOf(response, bytesMax)
  return body === null ? refusedWith('tooLarge') : { is: 'response', status, location, body }
}

const fromAddress = (address: string, url: URL, exchange: Exchange, outside: Outside, timeoutMs: number): Promise<Exchanged> =>
  new Promise((resolve) => {
    const { method, headers, body, bytesMax } = exchange
    const named = isIP(url.hostname.replace(/^\[|\]$/g, '')) === 0
    const options = {
      host: address, port: portOf(url), method, path: `${url.pathname}${url.search}`, maxHeaderSize: headerBytesMax,
      headers: { ...headers, host: url.host, connection: 'close' },
    }
    const agent = new Agent({ keepAlive: false, secureContext: outside.trust })
    const secure = { ...options, agent, ...(named ? { servername: url.hostname } : {}) }
    const asking = url.protocol === 'https:' ? requestHttps(secure) : requestHttp({ ...options, agent: false })
    const end = (answer: Exchanged): void => {
      clearTimeout(timer)
      asking.destroy()
      resolve(answer)
    }
    const timer = setTimeout(() => end(refusedWith('unreachable')), timeoutMs)
    asking.on('error', () => end(refusedWith('unreachable')))
    asking.on('response', (response) => {
      answerOf(response, bytesMax).then(end, () => end(refusedWith('unreachable')))
    })
    asking.end(body)
  })

/** `untilMs`: of `performance.now()`. */
export const exchanged = async (url: URL, exchange: Exchange, outside: Outside, untilMs: number): Promise<Exchanged> => {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const answer = await addressesOf(outside.dns, host, 'dns')
  if (answer.is !== 'found') return refusedWith(answer.is === 'none' ? 'notFound' : 'unreachable')
  // One that leads inside spoils the others: nobody has a reason to publish both.
  if (!answer.addresses.every((address) => outside.mayReach(address))) return refusedWith('notPublic')
  let last = refusedWith('unreachable')
  for (const address of answer.addresses.slice(0, addressesTried)) {
    const leftMs = untilMs - performance.now()
    if (leftMs <= 0) return last
    last = await fromAddress(address, url, exchange, outside, leftMs)
    if (last.is === 'response' || last.refusal !== 'unreachable') return last
  }
  return last
}
