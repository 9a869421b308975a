/** Reads the one frame a gate sends before it pipes a client: hostile until checked. */
import type { Socket } from 'node:net'
import { BadAsk, flagOf, oneOf, textOf, wholeOf } from '@bulkhead/door/ask.ts'
import type { LinePreface, Preface } from '@bulkhead/door/contracts/mailroom.ts'
import { FrameRefused, frameReader } from '@bulkhead/door/frame.ts'
import { mailProtocols } from './passes.ts'
import { ticketBytesMax } from './tickets.ts'

/** A gate sends the preface at once. */
const waitMs = 5_000
const prefaceBytesMax = 32_768
const gateNameMax = 64

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

export interface Opening<P = Preface> {
  readonly preface: P
  /** What the client already sent. */
  readonly firstBytes: Buffer
}

const opened = (frame: Readonly<Record<string, unknown>>): Preface | LinePreface =>
  frame['protocol'] === 'line' ? { protocol: 'line', gate: textOf(frame, 'gate', gateNameMax) } : checked(frame)

const openingOf = (preface: Preface | LinePreface, firstBytes: Buffer): Opening | Opening<LinePreface> =>
  preface.protocol === 'line' ? { preface, firstBytes } : { preface, firstBytes }

/** Undefined where what came is no preface, or nothing came. The socket is paused afterwards. */
export const readPreface = (socket: Socket): Promise<Opening | Opening<LinePreface> | undefined> =>
  new Promise((resolve) => {
    const reader = frameReader()
    let taken = 0
    const settle = (opening: Opening | Opening<LinePreface> | undefined): void => {
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
        if (frame !== undefined) settle(openingOf(opened(frame), reader.rest()))
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
