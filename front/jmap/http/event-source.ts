/**
 * `GET /jmap/eventsource` (RFC 8620 section 7.3): a stream of `state` events as the account changes. An event's id is the state it tells;
 * a client that comes back with it (`Last-Event-ID`) is told at once where the account went on without it.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { problem } from '@bulkhead/wire/jmap/request.ts'
import { dataTypes } from '@bulkhead/wire/jmap/capabilities.ts'
import type { HttpSession } from '../../http/session.ts'
import { pushStateOf } from '../accounts.ts'
import type { Jmap } from '../jmap-ports.ts'
import { everythingChanged, watchChanges } from '../push/change-watch.ts'
import { commonHeaders, sendProblem, sendRequestProblem, wrongMethod } from './answers.ts'

/** Seconds. What a client asks for is brought into this range and told to it in each ping. */
const pingMin = 5
const pingMax = 300
/** A ping nobody asked for keeps the connection alive in the middle: a comment. */
const quietMs = 60_000
/** Bytes that wait for a slow client; beyond it the stream ends, and it comes back with its last id. */
const waitingBytesMax = 65_536
const typesMax = 64

export interface StreamQuery {
  /** Null: all. */
  readonly types: ReadonlySet<string> | null
  readonly closeAfterState: boolean
  /** Seconds between pings; 0: none. */
  readonly pingSeconds: number
}

/** Undefined where a parameter is missing or none of what the document names. */
export const streamQuery = (query: URLSearchParams): StreamQuery | undefined => {
  const [types, closeAfter, ping] = ['types', 'closeafter', 'ping'].map((name) => query.get(name) ?? '')
  const names = (types ?? '').split(',', typesMax + 1)
  if (types === '' || names.length > typesMax) return undefined
  if ((closeAfter !== 'state' && closeAfter !== 'no') || !/^\d{1,9}$/.test(ping ?? '')) return undefined
  const seconds = Number(ping)
  return {
    types: types === '*' ? null : new Set(names),
    closeAfterState: closeAfter === 'state',
    pingSeconds: seconds === 0 ? 0 : Math.min(pingMax, Math.max(pingMin, seconds)),
  }
}

const written = (event: string, data: JsonObject, id?: string): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`

const wantedTypes = (types: ReadonlySet<string> | null) => dataTypes.filter((type) => types === null || types.has(type))

/** Ends when the client goes, is too slow, or the session ends. */
const stream = (request: IncomingMessage, response: ServerResponse, { account, closing }: HttpSession, query: StreamQuery): Promise<void> =>
  new Promise((resolve) => {
    const { types, closeAfterState, pingSeconds } = query
    const send = (text: string): void => {
      if (response.writableEnded || response.destroyed) return
      response.write(text)
      if (response.writableLength > waitingBytesMax) response.destroy()
    }
    const tell = (change: JsonObject): void => {
      send(written('state', change, pushStateOf(account)))
      if (closeAfterState) response.end()
    }
    const beat = (): void => send(pingSeconds === 0 ? ': quiet\n\n' : written('ping', { interval: pingSeconds }))
    const timer = setInterval(beat, pingSeconds === 0 ? quietMs : pingSeconds * 1_000)
    const watching = watchChanges(account, types, tell)
    const end = (): void => void response.end()
    closing.addEventListener('abort', end, { once: true })
    response.once('close', () => {
      clearInterval(timer)
      watching[Symbol.dispose]()
      closing.removeEventListener('abort', end)
      resolve()
    })
    response.writeHead(200, { ...commonHeaders, 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' })
    response.flushHeaders()
    const last = request.headers['last-event-id']
    if (typeof last === 'string' && last !== pushStateOf(account)) tell(everythingChanged(account, wantedTypes(types)))
    if (closing.aborted) end()
  })

export const serveEventSource = async (
  jmap: Jmap,
  request: IncomingMessage,
  response: ServerResponse,
  session: HttpSession,
  query: URLSearchParams,
): Promise<void> => {
  if (request.method !== 'GET') return wrongMethod(response, 'GET')
  const asked = streamQuery(query)
  if (asked === undefined) {
    const detail = 'types, closeafter (state or no) and ping (seconds) are wanted'
    return sendProblem(response, 400, { type: 'about:blank', title: 'Bad Request', detail })
  }
  const leave = jmap.streams.enter(session.account.account)
  if (leave === undefined) return sendRequestProblem(response, problem('limit', 'too many event streams are open', 'maxConcurrentRequests'))
  try {
    jmap.meter.count('jmap_event_streams')
    await stream(request, response, session, asked)
  } finally {
    leave()
  }
}
