/**
 * HTTPS of a cell, for one thing: the MTA-STS policy of its domains at `mta-sts.DOMAIN` (RFC 8461 section 3.3). One
 * request a connection, a bounded head, no body, nothing else served.
 */
import { parseRequestHead, requestHeadBytesMax, type RequestHead } from '@bulkhead/wire/http/request-head.ts'
import { encodeResponse } from '@bulkhead/wire/http/response.ts'
import type { Connection, Session } from './connection.ts'
import type { Surroundings } from './surroundings.ts'

const policyPath = '/.well-known/mta-sts.txt'
const hostPrefix = 'mta-sts.'
const notFound = 'Nothing is served here.\n'

export class StsSession implements Session {
  readonly #connection: Connection
  readonly #in: Surroundings
  #held: Buffer = Buffer.alloc(0)

  constructor(connection: Connection, surroundings: Surroundings) {
    this.#connection = connection
    this.#in = surroundings
  }

  greet(): void {
    this.#connection.resume()
  }

  receive(chunk: Buffer): void {
    this.#held = Buffer.concat([this.#held, chunk.subarray(0, requestHeadBytesMax - this.#held.length)])
    const head = parseRequestHead(this.#held)
    if (head === 'more') return
    if (head === 'bad') this.#close(encodeResponse(400, 'This is not a request.\n'), 'bad')
    else if (head === 'tooLong') this.#close(encodeResponse(431, 'The request is too long.\n'), 'bad')
    else this.#answer(head)
  }

  clientEnded(): void {
    this.#connection.close()
  }

  idle(): void {
    this.#connection.close()
  }

  drained(): void {}

  closed(): void {}

  leave(): void {
    this.#connection.close()
  }

  #answer({ method, path, host }: RequestHead): void {
    if (method !== 'GET' && method !== 'HEAD') {
      this.#close(encodeResponse(405, 'Only GET and HEAD.\n'), 'bad')
      return
    }
    const { policy, domains } = this.#in.sts()
    const domain = host.startsWith(hostPrefix) ? host.slice(hostPrefix.length) : ''
    const found = path === policyPath && domains.has(domain)
    this.#close(encodeResponse(found ? 200 : 404, found ? policy : notFound, method === 'GET'), found ? 'served' : 'notFound')
  }

  #close(response: string, outcome: 'served' | 'notFound' | 'bad'): void {
    this.#in.meter.count('gate_https_requests_total', 1, { outcome })
    this.#connection.close(response)
  }
}
