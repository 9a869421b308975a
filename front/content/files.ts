/** Files of a message: attachments, all of them in one archive, the message itself, its source as text, images in their place. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { shownParts } from '@bulkhead/mail/reading/shown-parts.ts'
import { zipOf } from '@bulkhead/wire/archive/zip.ts'
import { byteRange } from '@bulkhead/wire/http/byte-range.ts'
import { attachmentDisposition } from '@bulkhead/wire/http/disposition.ts'
import { imageType } from '@bulkhead/wire/media/image-type.ts'
import { sendPieces } from '../jmap/http/answers.ts'
import { attachmentName, uniqueNames } from './attachment-name.ts'
import { inert, refuse, shownOnce } from './headers.ts'
import type { OpenMessage } from './open-message.ts'
import { between, decodedSize, partBytes } from './part-bytes.ts'
import type { ContentPart } from './tokens.ts'

export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/** Types that a browser saves under their name without making anything of them; all others are bytes. */
const plainTypes = /^(?:image\/(?:png|jpeg|gif|webp|bmp|tiff|avif)|audio\/[a-z0-9.+-]+|video\/[a-z0-9.+-]+|application\/(?:pdf|zip|msword|vnd\.[a-z0-9.+-]+))$/
const sourceBytesMax = 5_242_880
const inlineImageBytesMax = 26_214_400

const savedType = (type: string): string => (plainTypes.test(type) ? type : 'application/octet-stream')

type Headers = Readonly<Record<string, string | number>>

const send = async ({ request, response }: Exchange, status: number, headers: Headers, pieces: AsyncIterable<Buffer>): Promise<void> => {
  response.writeHead(status, { ...inert, ...headers })
  if (request.method === 'HEAD') response.end()
  else await sendPieces(response, pieces)
}

export const sendAttachment = async (exchange: Exchange, { source }: OpenMessage, part: ContentPart): Promise<void> => {
  const headers = { 'content-type': savedType(part.type), 'content-disposition': attachmentDisposition(part.name), 'accept-ranges': 'bytes' }
  const { range } = exchange.request.headers
  if (range === undefined) return send(exchange, 200, headers, partBytes(source, part))
  const sizeBytes = await decodedSize(source, part)
  const wanted = byteRange(range, sizeBytes)
  if (wanted === 'unsatisfiable') return refuse(exchange.response, 416, { 'content-range': `bytes */${sizeBytes}` })
  if (wanted === undefined) return send(exchange, 200, { ...headers, 'content-length': sizeBytes }, partBytes(source, part))
  const { first, last } = wanted
  const partial = { ...headers, 'content-length': last - first + 1, 'content-range': `bytes ${first}-${last}/${sizeBytes}` }
  return send(exchange, 206, partial, between(partBytes(source, part), first, last))
}

/** Only what is an image by its bytes is shown as one. */
export const sendImage = async ({ request, response }: Exchange, { source }: OpenMessage, part: ContentPart): Promise<void> => {
  if (part.length > inlineImageBytesMax) return refuse(response, 404)
  const bytes = Buffer.concat(await Array.fromAsync(partBytes(source, part)))
  const type = imageType(bytes)
  if (type === undefined) return refuse(response, 404)
  response.writeHead(200, { ...shownOnce, 'content-type': type, 'content-length': bytes.length })
  response.end(request.method === 'HEAD' ? undefined : bytes)
}

export const sendArchive = async (exchange: Exchange, { index, source }: OpenMessage, name: string): Promise<void> => {
  const { attachments } = shownParts(index.root, false)
  const names = uniqueNames(attachments.map(({ part, partId }) => attachmentName(part, partId)))
  const entries = attachments.map(({ part }, at) => ({
    name: names[at] ?? `${at}`,
    content: () => partBytes(source, { start: part.bodyStart, length: part.bodyEnd - part.bodyStart, encoding: part.encoding }),
  }))
  await send(exchange, 200, { 'content-type': 'application/zip', 'content-disposition': attachmentDisposition(name) }, zipOf(entries))
}

const whole = (source: OpenMessage['source'], sizeBytes: number): AsyncIterable<Buffer> => partBytes(source, { start: 0, length: sizeBytes, encoding: '8bit' })

export const sendEml = (exchange: Exchange, { source }: OpenMessage, name: string): Promise<void> =>
  send(exchange, 200, {
    'content-type': 'application/octet-stream', 'content-disposition': attachmentDisposition(name), 'content-length': source.sizeBytes,
  }, whole(source, source.sizeBytes))

/** As text to be looked at; a long one to its first mebibytes. */
export const sendSource = (exchange: Exchange, { source }: OpenMessage): Promise<void> => {
  const sizeBytes = Math.min(source.sizeBytes, sourceBytesMax)
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'content-length': sizeBytes, 'content-disposition': 'inline' }
  return send(exchange, 200, headers, whole(source, sizeBytes))
}
