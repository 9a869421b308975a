/**
 * JMAP over WebSocket (RFC 8887). A few requests at a time; more are not read before one is answered. A client that takes nothing, or
 * says nothing and answers no ping, is let go.
 */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { dataTypes } from '@bulkhead/wire/jmap/capabilities.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { problem } from '@bulkhead/wire/jmap/request.ts'
import { strictJson } from '@bulkhead/wire/jmap/strict-json.ts'
import { closeCodes, closeFrame, frameReader, pingFrame, pongFrame, textFrames, type CloseCode, type FrameEvent } from '@bulkhead/wire/websocket/frames.ts'
import { handshake } from '@bulkhead/wire/websocket/handshake.ts'
import type { HttpSession, UpgradeHandler } from '../../http/session.ts'
import { responseJson } from '../dispatch.ts'
import { pushStateOf } from '../accounts.ts'
import type { Jmap } from '../jmap-ports.ts'
import { everythingChanged, watchChanges } from '../push/change-watch.ts'
import { runRequest } from '../run-request.ts'
import { requestErrorJson, socketMessage, socketResponse, type SocketMessage } from './socket-messages.ts'
import { messageWriter, type MessageWriter } from './message-writer.ts'

/** Requests of one socket that are answered at the same time. */
const atOnceMax = 4
const pingEveryMs = 60_000
/** Pings that may stay unanswered. */
const silentPingsMax = 2
const forbidden = 'HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'
const busy = 'HTTP/1.1 429 Too Many Requests\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'

interface Parties {
  readonly jmap: Jmap
  readonly session: HttpSession
  readonly socket: Duplex
  readonly writer: MessageWriter
}

type RequestMessage = Extract<SocketMessage, { is: 'request' }>

/** Answers requests, a few at a time. `gone`: the client is. */
const requestRunner = ({ jmap, session, socket, writer }: Parties, gone: AbortSignal) => {
  let underWay = 0
  const answer = async ({ id, json }: RequestMessage): Promise<void> => {
    const done = await runRequest(jmap, session, json, gone)
    if ('is' in done) return writer.send(textFrames([requestErrorJson(id, done)]))
    writer.send(textFrames(socketResponse(id, responseJson(done, jmap.resources.of(session).state))))
    await writer.idle()
  }
  return (message: RequestMessage): void => {
    underWay += 1
    if (underWay >= atOnceMax) socket.pause()
    void answer(message)
      .catch((bug: unknown) => {
        jmap.log.error('jmapSocketRequestFailed', bug)
        writer.end(closeFrame(closeCodes.failed))
      })
      .finally(() => {
        underWay -= 1
        if (underWay < atOnceMax) socket.resume()
      })
  }
}

/** RFC 8887 section 4.3.5. */
const pushSwitch = ({ session: { account }, writer }: Parties) => {
  let watching: Disposable | undefined
  const tell = (change: JsonObject): void => writer.send(textFrames([JSON.stringify({ ...change, pushState: pushStateOf(account) })]))
  const disable = (): void => {
    watching?.[Symbol.dispose]()
    watching = undefined
  }
  return {
    disable,
    enable({ types, pushState }: Extract<SocketMessage, { is: 'pushEnable' }>): void {
      disable()
      watching = watchChanges(account, types, tell)
      if (pushState !== null && pushState !== pushStateOf(account)) {
        tell(everythingChanged(account, dataTypes.filter((type) => types === null || types.has(type))))
      }
    },
  }
}

/** What a client that says nothing is asked; gives the way to note that it spoke. */
const heartbeat = ({ socket, writer }: Parties) => {
  let silent = 0
  const timer = setInterval(() => {
    silent += 1
    if (silent > silentPingsMax) socket.destroy()
    else writer.send([pingFrame()])
  }, pingEveryMs)
  return {
    heard(): void {
      silent = 0
    },
    [Symbol.dispose]: () => clearInterval(timer),
  }
}

/** Speaks until either side has enough. */
const converse = (parties: Parties, head: Buffer): Promise<void> =>
  new Promise((resolve) => {
    const { jmap, session, socket, writer } = parties
    const gone = new AbortController()
    const reader = frameReader(jmap.limits.maxSizeRequest)
    const begin = requestRunner(parties, gone.signal)
    const push = pushSwitch(parties)
    const beat = heartbeat(parties)
    const leave = (code: CloseCode): void => writer.end(closeFrame(code))

    const take = (bytes: Buffer): void => {
      const json = strictJson(bytes)
      const message: SocketMessage = json.is === 'json' ? socketMessage(json.value) : { is: 'bad', id: null, problem: problem('notJSON', json.why) }
      if (message.is === 'request') begin(message)
      else if (message.is === 'pushEnable') push.enable(message)
      else if (message.is === 'pushDisable') push.disable()
      else writer.send(textFrames([requestErrorJson(message.id, message.problem)]))
    }
    const hear = (event: FrameEvent): void => {
      beat.heard()
      if (event.is === 'message') return event.binary ? leave(closeCodes.unsupported) : take(event.bytes)
      if (event.is === 'ping') writer.send([pongFrame(event.bytes)])
      else if (event.is === 'close') leave(closeCodes.normal)
      else if (event.is === 'bad') leave(event.code)
    }
    const ending = (): void => leave(closeCodes.goingAway)
    session.closing.addEventListener('abort', ending, { once: true })
    socket.on('data', (chunk: Buffer) => {
      for (const event of reader.push(chunk)) hear(event)
    })
    socket.on('error', () => socket.destroy())
    socket.once('end', () => leave(closeCodes.normal))
    socket.once('close', () => {
      beat[Symbol.dispose]()
      push.disable()
      gone.abort()
      session.closing.removeEventListener('abort', ending)
      resolve()
    })
    for (const event of reader.push(head)) hear(event)
    if (session.closing.aborted) ending()
  })

/** No page of another origin speaks here, whatever its browser would send along. */
const isOwn = ({ headers }: IncomingMessage, { origin }: HttpSession): boolean => headers.origin === undefined || headers.origin === origin

export const webSocketHandler =
  (jmap: Jmap): UpgradeHandler =>
  async (request, socket, head, session) => {
    const shaken = handshake(request.method ?? '', request.headers, 'jmap')
    if (!isOwn(request, session)) return void socket.end(forbidden)
    if (shaken.is === 'refused') return void socket.end(shaken.head)
    const leave = jmap.sockets.enter(session.account.account)
    if (leave === undefined) return void socket.end(busy)
    try {
      jmap.meter.count('jmap_sockets')
      socket.write(shaken.head)
      await converse({ jmap, session, socket, writer: messageWriter(socket) }, head)
    } finally {
      leave()
    }
  }
