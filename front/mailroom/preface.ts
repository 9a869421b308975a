/** Reads the one frame a gate sends before it pipes a client: hostile until checked. */
import type { Socket } from 'node:net'
import { BadAsk, flagOf, oneOf, textOf, wholeOf } from '@bulkhead/door/ask.ts'
import type { HttpPreface, LinePreface, Preface } from '@bulkhead/door/contracts/mailroom.ts'
import { mailProtocols } from '@bulkhead/door/contracts/warden.ts'
import { FrameRefused, frameReader } from '@bulkhead/door/frame.ts'
import { ticketBytesMax } from './tickets.ts'

/** A gate sends the preface at once. */
const waitMs = 5_000
const prefaceBytesMax = 32_768
const gateNameMax = 64
const mailroomNameMax = 64
const originMax = 300

const isTag = (text: string): boolean => /^[!-~]*$/.test(text)

const checked = (frame: Readonly<Record<string, unknown>>): Preface => {
  const preface = {
    protocol: oneOf(frame, 'protocol', mailProtocols),
    opens: oneOf(frame, 'opens', ['pass', 'ticket']),
    pass: textOf(frame, 'pass', ticketBytesMax * 2),
    gate: textOf(frame, 'gate', gateNameMax),
    pipe: wholeOf(frame, 'pipe', 0, Number.MAX_SAFE_INTEGER),
    tag: textOf(frame, 'tag', 256),
    helo: textOf(frame, 'helo', 1_024),
    language: textOf(frame, 'language', 35),
    utf8: flagOf(frame, 'utf8'),
    peer: textOf(frame, 'peer', 64),
    tls: flagOf(frame, 'tls'),
  }
  if (!isTag(preface.tag)) throw new BadAsk('tag')
  return preface
}

const checkedHttp = (frame: Readonly<Record<string, unknown>>): HttpPreface => ({
  protocol: 'http',
  opens: oneOf(frame, 'opens', ['pass', 'session']),
  pass: textOf(frame, 'pass', ticketBytesMax * 2),
  mailroom: textOf(frame, 'mailroom', mailroomNameMax),
  origin: textOf(frame, 'origin', originMax),
  contentOrigin: textOf(frame, 'contentOrigin', originMax),
  peer: textOf(frame, 'peer', 64),
  tls: flagOf(frame, 'tls'),
})

export interface Opening<P = Preface> {
  readonly preface: P
  /** What the client already sent. */
  readonly firstBytes: Buffer
}

/** A client's pipe, the gate's own line, or requests of the web. */
export type AnyOpening = Opening | Opening<LinePreface> | Opening<HttpPreface>

const openingOf = (frame: Readonly<Record<string, unknown>>, firstBytes: Buffer): AnyOpening => {
  if (frame['protocol'] === 'line') return { preface: { protocol: 'line', gate: textOf(frame, 'gate', gateNameMax) }, firstBytes }
  return frame['protocol'] === 'http' ? { preface: checkedHttp(frame), firstBytes } : { preface: checked(frame), firstBytes }
}

export const isHttp = (opening: AnyOpening): opening is Opening<HttpPreface> => opening.preface.protocol === 'http'
export const isLine = (opening: AnyOpening): opening is Opening<LinePreface> => opening.preface.protocol === 'line'

/** Undefined where what came is no preface, or nothing came. The socket is paused afterwards. */
export const readPreface = (socket: Socket): Promise<AnyOpening | undefined> =>
  new Promise((resolve) => {
    const reader = frameReader()
    let taken = 0
    const settle = (opening: AnyOpening | undefined): void => {
      clearTimeout(timer)
      socket.pause()
      socket.off('data', onData)
      socket.off('close', onClose)
      socket.off('end', onClose)
      resolve(opening)
    }
    const onClose = (): void => settle(undefined)
    const onData = (chunk: Buffer): void => {
      try {
        reader.push(chunk)
        taken += chunk.length
        const frame = reader.next()
        if (frame !== undefined) settle(openingOf(frame, reader.rest()))
        else if (taken > prefaceBytesMax) settle(undefined)
      } catch (error) {
        if (!(error instanceof BadAsk) && !(error instanceof FrameRefused)) throw error
        settle(undefined)
      }
    }
    const timer = setTimeout(onClose, waitMs)
    socket.on('data', onData)
    socket.once('close', onClose)
    socket.once('end', onClose)
  })
