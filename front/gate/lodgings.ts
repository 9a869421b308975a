/**
 * Where the clients that are logged in are: in a pipe to their mailroom, or parked here. To each mailroom leads one line
 * beside the pipes, on which it asks to give clients back and to bring parked ones. When a line ends the mailroom's run
 * is over, and with it every ticket it made.
 */
import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import { BadAsk, oneOf, wholeOf } from '@bulkhead/door/ask.ts'
import type { FromGate, LinePreface, ToGate } from '@bulkhead/door/contracts/mailroom.ts'
import { encodeFrame, FrameRefused, frameReader, type Frame } from '@bulkhead/door/frame.ts'
import { reach } from './hand-over.ts'
import { Parked } from './parked.ts'
import type { Pipe } from './pipe.ts'
import type { Surroundings } from './surroundings.ts'

const ticketsPerWordMax = 100_000

const wordOf = (frame: Frame): ToGate => {
  if (oneOf(frame, 'say', ['release', 'wake']) === 'release') {
    return { say: 'release', pipe: wholeOf(frame, 'pipe', 0, Number.MAX_SAFE_INTEGER), after: wholeOf(frame, 'after', 0, Number.MAX_SAFE_INTEGER) }
  }
  const { tickets } = frame
  if (!Array.isArray(tickets) || tickets.length > ticketsPerWordMax) throw new BadAsk('tickets')
  return { say: 'wake', tickets: tickets.map((ticket: unknown) => wholeOf({ ticket }, 'ticket', 1, Number.MAX_SAFE_INTEGER)) }
}

/** The line to one mailroom's run. */
interface Line {
  socket: Socket | undefined
  readonly parked: Map<number, Parked>
  saidLeaving: boolean
}

export class Lodgings implements Disposable {
  /** Of this run of the gate. */
  readonly name: string = randomUUID()
  readonly #surroundings: Omit<Surroundings, 'lodgings'>
  readonly #whole: Surroundings
  readonly #pipes = new Map<number, Pipe>()
  readonly #numbers = new Map<Pipe, number>()
  readonly #lines = new Map<string, Line>()
  #lastPipe = 0
  #parked = 0

  constructor(surroundings: Omit<Surroundings, 'lodgings'>) {
    this.#surroundings = surroundings
    this.#whole = { ...surroundings, lodgings: this }
  }

  /** Its number on the line. */
  enter(pipe: Pipe): number {
    this.#lastPipe += 1
    this.#pipes.set(this.#lastPipe, pipe)
    this.#numbers.set(pipe, this.#lastPipe)
    this.#lineTo(pipe.terms.path)
    return this.#lastPipe
  }

  exit(pipe: Pipe): void {
    const number = this.#numbers.get(pipe)
    if (number === undefined) return
    this.#numbers.delete(pipe)
    this.#pipes.delete(number)
  }

  park({ connection, terms }: Pipe, ticket: number, sealed: string, unread: Buffer): void {
    const parked = new Parked(connection, terms, ticket, sealed, this.#whole)
    const line = this.#lines.get(terms.path)
    if (line?.socket === undefined) return parked.lost()
    line.parked.set(ticket, parked)
    this.#count(1)
    parked.begin(unread)
  }

  /** A parked client is in a pipe again. */
  wentBack(parked: Parked): void {
    if (this.#lines.get(parked.path)?.parked.delete(parked.ticket) === true) this.#count(-1)
  }

  /** A parked client is gone. */
  left(parked: Parked): void {
    const line = this.#lines.get(parked.path)
    if (line?.parked.delete(parked.ticket) !== true) return
    this.#count(-1)
    say(line, { say: 'gone', tickets: [parked.ticket] })
  }

  /** Every mailroom says goodbye to our clients. */
  leaving(): void {
    for (const line of this.#lines.values()) {
      if (line.socket?.writable !== true) continue
      line.saidLeaving = true
      say(line, { say: 'leaving' })
    }
  }

  saidLeaving(path: string): boolean {
    return this.#lines.get(path)?.saidLeaving === true
  }

  [Symbol.dispose](): void {
    for (const { socket } of this.#lines.values()) socket?.destroy()
  }

  #count(by: 1 | -1): void {
    this.#parked += by
    this.#surroundings.meter.gauge('gate_parked', this.#parked)
  }

  #lineTo(path: string): void {
    if (this.#lines.has(path)) return
    const line: Line = { socket: undefined, parked: new Map(), saidLeaving: false }
    this.#lines.set(path, line)
    void this.#open(path, line)
  }

  async #open(path: string, line: Line): Promise<void> {
    const socket = await reach(path, this.#surroundings.policy.mailroomConnectMs)
    if (socket === undefined) {
      this.#lines.delete(path)
      return
    }
    line.socket = socket
    const reader = frameReader()
    socket.on('data', (chunk: Buffer) => {
      try {
        reader.push(chunk)
        for (let frame = reader.next(); frame !== undefined; frame = reader.next()) this.#hear(line, wordOf(frame))
      } catch (error) {
        if (!(error instanceof BadAsk) && !(error instanceof FrameRefused)) throw error
        socket.destroy()
      }
    })
    socket.on('error', () => socket.destroy())
    socket.on('end', () => socket.destroy())
    socket.once('close', () => {
      line.socket = undefined
      this.#lines.delete(path)
      for (const parked of line.parked.values()) parked.lost()
      this.#parked -= line.parked.size
      line.parked.clear()
      this.#surroundings.meter.gauge('gate_parked', this.#parked)
    })
    socket.write(encodeFrame({ protocol: 'line', gate: this.name } satisfies LinePreface))
  }

  #hear(line: Line, word: ToGate): void {
    if (word.say === 'release') this.#pipes.get(word.pipe)?.release(word.after)
    else for (const ticket of word.tickets) line.parked.get(ticket)?.wake()
  }
}

const say = ({ socket }: Line, word: FromGate): void => {
  if (socket?.writable === true) socket.write(encodeFrame({ ...word }))
}
