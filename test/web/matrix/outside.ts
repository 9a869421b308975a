/**
 * The outside world of the journeys: letters of a sender who signs, the address at which one unsubscribes from them, their pictures,
 * and DNS that knows all three. Each account has its own addresses: looks go on beside each other.
 */
import { createPrivateKey, generateKeyPairSync, hash, sign } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { Server } from 'node:net'
import { text } from 'node:stream/consumers'
import { testKey } from '@bulkhead/flow/testing/certificate.ts'
import { fromZone, tinyDns, type TinyDns } from '@bulkhead/flow/testing/dns-server.ts'
import { issueServer } from '@bulkhead/run/tls/certificate.ts'
import { bodyDigest } from '@bulkhead/wire/mailauth/canonical-body.ts'
import { dkimSignature } from '@bulkhead/wire/mailauth/dkim-sign.ts'
import { outsidePort } from '../../ports.ts'

export const signedDomain = 'letters.example'
export const listsHost = `lists.${signedDomain}`
const picturesHost = `pictures.${signedDomain}`
const selector = 'autumn'
const authorityName = 'sink.example'
const { publicKey, privateKey } = generateKeyPairSync('ed25519')

/** With its signature in front (RFC 6376, 8463). */
export const signed = (message: string): string => {
  const bytes = Buffer.from(message)
  const digest = bodyDigest()
  digest.update(bytes.subarray(bytes.indexOf('\r\n\r\n') + 4))
  const signing = dkimSignature({
    domain: signedDomain, signers: [{ selector, algorithm: 'ed25519-sha256' }], header: bytes, bodyHash: digest.digest(), atMs: Date.now(),
  })
  return signing.fields(signing.toSign.map((one) => sign(null, hash('sha256', one.bytes, 'buffer'), privateKey).toString('base64'))) + message
}

const zone = () => ({
  [signedDomain]: { A: ['127.0.0.1'] },
  [`${selector}._domainkey.${signedDomain}`]: { TXT: [`v=DKIM1; k=ed25519; p=${publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64')}`] },
  [`_dmarc.${signedDomain}`]: { TXT: ['v=DMARC1; p=none'] },
  [listsHost]: { A: ['127.0.0.1'] },
  [picturesHost]: { A: ['127.0.0.1'] },
})

export interface Asked {
  readonly method: string
  /** With the query. */
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

const picture = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')

const listening = async (server: Server, port: number): Promise<Server> => {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return server
}

export class Outside {
  readonly dns: TinyDns
  readonly asked: Asked[] = []
  private readonly base: number
  private readonly servers: Server[] = []

  private constructor(base: number, dns: TinyDns) {
    this.base = base
    this.dns = dns
  }

  /** `base`: of the test's ports. */
  static async open(base: number): Promise<Outside> {
    const outside = new Outside(base, await tinyDns(fromZone(zone())))
    const certificate = issueServer({ commonName: authorityName, key: createPrivateKey(testKey) }, [listsHost], Date.now(), 30)
    const lists = createSecureServer({ cert: certificate.certificate, key: certificate.key }, (request, response) => void outside.unsubscribed(request, response))
    const pictures = createServer((request, response) => void outside.looked(request, response))
    outside.servers.push(await listening(lists, outsidePort(base, 0)), await listening(pictures, outsidePort(base, 1)))
    return outside
  }

  unsubscribeUrl(address: string): string {
    return `https://${listsHost}:${outsidePort(this.base, 0)}/leave?${encodeURIComponent(address)}`
  }

  pictureUrl(address: string, name: string): string {
    return `http://${picturesHost}:${outsidePort(this.base, 1)}/${name}.png?${encodeURIComponent(address)}`
  }

  /** What was asked for at a path on behalf of `address`, in order. */
  askedFor(path: string, address: string): readonly Asked[] {
    return this.asked.filter((one) => one.path === `${path}?${encodeURIComponent(address)}`)
  }

  private async noted(request: IncomingMessage): Promise<Asked> {
    const asked = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body: await text(request) }
    this.asked.push(asked)
    return asked
  }

  /** The first time it is busy. */
  private async unsubscribed(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { path } = await this.noted(request)
    response.writeHead(this.asked.filter((one) => one.path === path).length === 1 ? 503 : 200).end()
  }

  private async looked(request: IncomingMessage, response: ServerResponse): Promise<void> {
    await this.noted(request)
    response.writeHead(200, { 'content-type': 'image/png', 'content-length': picture.length }).end(picture)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.servers) server.close()
    await this.dns[Symbol.asyncDispose]()
  }
}
