/** The reader's door: one text in a request, as `frame of the ask ‖ bytes`; what was read comes back as JSON. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { frameReader } from '@bulkhead/door/frame.ts'
import type { Log } from '@bulkhead/base/log.ts'
import type { Meter } from '@bulkhead/base/meter.ts'
import { textRead, type TextAsk } from './text-work.ts'

export interface ReaderPorts {
  readonly messageBytesMax: number
  /** Runs it and gives what it gives; undefined where it took too long. */
  bounded<T>(work: () => T): T | undefined
  readonly log: Log
  readonly meter: Meter
}

/** Of the ask: a part's parameters, and Content-IDs. */
const askBytesMax = 1_048_576

const bodyOf = async (request: IncomingMessage, bytesMax: number): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length
    if (sizeBytes > bytesMax) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, sizeBytes)
}

export const readerServer = ({ messageBytesMax, bounded, log, meter }: ReaderPorts): Server => {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request, askBytesMax + messageBytesMax)
    if (body === undefined) return void response.writeHead(413).end()
    const frames = frameReader()
    frames.push(body)
    const ask = frames.next() as unknown as TextAsk
    const text = frames.rest()
    const beganMs = performance.now()
    const read = bounded(() => JSON.stringify(textRead(ask, text)))
    meter.count('reader_texts_total', 1, { outcome: read === undefined ? 'tooDear' : 'read' })
    meter.count('reader_busy_ms_total', Math.round(performance.now() - beganMs))
    if (read === undefined) response.writeHead(422).end()
    else response.writeHead(200, { 'content-type': 'application/json' }).end(read)
  }
  return createServer({ requestTimeout: 30_000 }, (request, response) => {
    answer(request, response).catch((error: unknown) => {
      log.error('textNotRead', error)
      response.destroy()
    })
  })
}
