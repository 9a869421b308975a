/**
 * The line of each run of a gate: frames both ways beside the pipes of its clients. While it stands, clients can be given back
 * to that gate and parked ones called for; when it ends, that gate and everything parked in it are gone.
 */
import type { Socket } from 'node:net'
import { BadAsk, oneOf, wholeOf } from '@bulkhead/door/ask.ts'
import type { FromGate, ToGate } from '@bulkhead/door/contracts/mailroom.ts'
import { encodeFrame, FrameRefused, frameReader, type Frame } from '@bulkhead/door/frame.ts'

export interface GateLine {
  say(word: ToGate): void
}

export interface GateLines {
  of(gate: string): GateLine | undefined
  /** Aborts when that gate closes, or the process does. Its line may be opened later than its first pipe. */
  leaving(gate: string): AbortSignal
  /** Resolves when the line has ended. */
  serve(gate: string, socket: Socket, firstBytes: Buffer): Promise<void>
}

interface Heard {
  /** Parked clients of a gate that went away. */
  gone(gate: string, tickets: readonly number[]): void
  /** The gate is gone with all that was parked in it. */
  lost(gate: string): void
}

/** Gates of one cell. */
const linesMax = 64
const ticketsPerWordMax = 10_000

const wordOf = (frame: Frame): FromGate => {
  if (oneOf(frame, 'say', ['gone', 'leaving']) === 'leaving') return { say: 'leaving' }
  const { tickets } = frame
  if (!Array.isArray(tickets) || tickets.length > ticketsPerWordMax) throw new BadAsk('tickets')
  return { say: 'gone', tickets: tickets.map((ticket: unknown) => wholeOf({ ticket }, 'ticket', 1, Number.MAX_SAFE_INTEGER)) }
}

export const gateLines = (stopping: AbortSignal, heard: Heard): GateLines => {
  const lines = new Map<string, GateLine>()
  const leaves = new Map<string, { readonly controller: AbortController; readonly either: AbortSignal }>()

  const leavesOf = (gate: string) => {
    const known = leaves.get(gate)
    if (known !== undefined) return known
    const controller = new AbortController()
    const made = { controller, either: AbortSignal.any([stopping, controller.signal]) }
    if (leaves.size < linesMax) leaves.set(gate, made)
    return made
  }
  const hear = (gate: string, frame: Frame): void => {
    const word = wordOf(frame)
    if (word.say === 'leaving') leavesOf(gate).controller.abort()
    else heard.gone(gate, word.tickets)
  }

  return {
    of: (gate) => lines.get(gate),
    leaving: (gate) => leavesOf(gate).either,
    serve(gate, socket, firstBytes) {
      if (lines.has(gate) || lines.size >= linesMax) {
        socket.destroy()
        return Promise.resolve()
      }
      const reader = frameReader()
      lines.set(gate, { say: (word) => void socket.write(encodeFrame({ ...word })) })
      const take = (chunk: Buffer): void => {
        try {
          reader.push(chunk)
          for (let frame = reader.next(); frame !== undefined; frame = reader.next()) hear(gate, frame)
        } catch (error) {
          if (!(error instanceof BadAsk) && !(error instanceof FrameRefused)) throw error
          socket.destroy()
        }
      }
      return new Promise((resolve) => {
        socket.once('close', () => {
          lines.delete(gate)
          leaves.delete(gate)
          heard.lost(gate)
          resolve()
        })
        socket.on('end', () => socket.destroy())
        socket.on('data', take)
        if (firstBytes.length > 0) take(firstBytes)
        socket.resume()
      })
    },
  }
}
