/** Responses of `/jmap/*`: JSON and problems, never kept by a cache, never taken for something else. */
import type { ServerResponse } from 'node:http'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { problemJson, type RequestProblem } from '@bulkhead/wire/jmap/request.ts'

const always = { 'cache-control': 'no-cache, no-store, must-revalidate', 'x-content-type-options': 'nosniff' } as const

export const sendJson = (response: ServerResponse, status: number, value: JsonObject, type = 'application/json'): void => {
  const body = Buffer.from(JSON.stringify(value), 'utf8')
  response.writeHead(status, { ...always, 'content-type': type, 'content-length': body.length })
  response.end(body)
}

/** How long what a refused client still sends is read and let go. */
const lingerMs = 2_000

/**
 * RFC 7807, and the connection ends. First the rest of the request is read, as far as it comes at once: a Unix socket that closes
 * with bytes unread takes the answer away from the gate.
 */
export const sendProblem = (response: ServerResponse, status: number, problem: JsonObject): void => {
  const { req: request } = response
  const say = (): void => {
    clearTimeout(timer)
    request.off('end', say).off('close', say)
    if (response.headersSent || response.destroyed) return
    response.setHeader('connection', 'close')
    sendJson(response, status, { ...problem, status }, 'application/problem+json')
  }
  const timer = setTimeout(say, lingerMs)
  if (request.complete || request.destroyed) return say()
  request.once('end', say).once('close', say)
  request.resume()
}

export const sendRequestProblem = (response: ServerResponse, problem: RequestProblem): void =>
  sendProblem(response, problem.status, problemJson(problem))

export const notFound = (response: ServerResponse): void => sendProblem(response, 404, { type: 'about:blank', title: 'Not Found' })

export const wrongMethod = (response: ServerResponse, allowed: string): void => {
  response.setHeader('allow', allowed)
  sendProblem(response, 405, { type: 'about:blank', title: 'Method Not Allowed' })
}

/** Pieces as they come, waiting for the client where it is slow; stops where it has gone. */
export const sendPieces = async (response: ServerResponse, pieces: AsyncIterable<Uint8Array | string> | Iterable<string>): Promise<void> => {
  for await (const piece of pieces) {
    if (response.destroyed) return
    if (!response.write(piece)) await drained(response)
  }
  response.end()
}

/** How long a client may take none of what waits for it. */
const stalledMs = 60_000

const drained = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const over = (): void => {
      clearTimeout(timer)
      response.off('drain', over)
      response.off('close', over)
      resolve()
    }
    const timer = setTimeout(() => response.destroy(), stalledMs)
    response.once('drain', over)
    response.once('close', over)
  })

export { always as commonHeaders }
