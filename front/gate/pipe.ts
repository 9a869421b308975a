/**
 * From login on the gate is a pipe: the client's bytes to the mailroom and back, each side read only as fast as the other
 * takes it, half-closed as the protocols do. The gate keeps no byte of it. The mailroom may give the client back (ADR 0010).
 */
import type { Socket } from 'node:net'
import { BadAsk, textOf, wholeOf } from '@bulkhead/door/ask.ts'
import type { Returned } from '@bulkhead/door/contracts/mailroom.ts'
import type { MailProtocol } from '@bulkhead/door/contracts/warden.ts'
import { FrameRefused, frameBytesMax, frameReader } from '@bulkhead/door/frame.ts'
import type { Connection, Session } from './connection.ts'
import type { Lodgings } from './lodgings.ts'
import type { GatePolicy } from './policy.ts'

const lf = 0x0a
/** A farewell of the mailroom's own is a short write; long ones are not searched for it. */
const farewellBytesMax = 1_024

/** What IMAP clients are told when their mailroom goes without a word (RFC 3501 section 7.1.5). */
export const lastWords = '* BYE [UNAVAILABLE] Session lost, log in again\r\n'

const returnedOf = (frame: Readonly<Record<string, unknown>>): Returned => ({
  ticket: wholeOf(frame, 'ticket', 0, Number.MAX_SAFE_INTEGER),
  sealed: textOf(frame, 'sealed', frameBytesMax),
  rest: textOf(frame, 'rest', frameBytesMax),
})

export interface PipeTerms {
  /** The mailroom's door. */
  readonly path: string
  readonly protocol: MailProtocol
  readonly policy: GatePolicy
  readonly lodgings: Lodgings
}

export class Pipe implements Session {
  readonly loggedIn = true
  readonly terms: PipeTerms
  readonly connection: Connection
  readonly #mailroom: Socket
  #passed = 0
  /** Where the mailroom's stream to the client ends and the client's return begins. */
  #releaseAt: number | undefined
  #returning: ReturnType<typeof frameReader> | undefined
  #over = false
  // Where the mailroom's stream stands, so that a farewell is only put between lines and only where there was none.
  #betweenLines = true
  #saidBye = false

  constructor(connection: Connection, mailroom: Socket, terms: PipeTerms) {
    this.connection = connection
    this.#mailroom = mailroom
    this.terms = terms
  }

  begin(): void {
    const { connection } = this
    const gone = (): void => this.#mailroomGone()
    this.#mailroom.on('data', (chunk: Buffer) => this.#fromMailroom(chunk)).on('drain', () => this.#mailroomDrained())
    this.#mailroom.on('end', gone).on('error', gone).on('close', gone)
    connection.become(this, this.terms.policy.pipedIdleMs)
    if (connection.inputEnded) this.clientEnded()
    connection.resume()
  }

  /** The mailroom gives the client back: nothing more of it is read, and after so many bytes comes the client's return. */
  release(after: number): void {
    if (this.#releaseAt !== undefined) return
    this.#releaseAt = after
    this.connection.pause()
    this.#mailroom.end()
    if (this.#passed >= after) this.#returning = frameReader()
  }

  greet(): void {}

  receive(chunk: Buffer): void {
    if (!this.#mailroom.write(chunk)) this.connection.pause()
  }

  clientEnded(): void {
    if (this.#releaseAt === undefined) this.#mailroom.end()
  }

  /** After login the mailroom keeps the protocol's own time; this clears away the dead. */
  idle(): void {
    this.connection.destroy()
  }

  drained(): void {
    this.#mailroom.resume()
  }

  closed(): void {
    this.#end()
  }

  /** The mailroom says goodbye in the protocol's way, where it heard that we go. */
  leave(): void {
    // A mailroom takes our half-close for the client's: it answers what it was asked and goes.
    if (this.terms.lodgings.saidLeaving(this.terms.path)) setTimeout(() => this.clientEnded(), this.terms.policy.goodbyeMs).unref()
    else this.clientEnded()
  }

  #end(): void {
    this.#over = true
    this.terms.lodgings.exit(this)
    this.#mailroom.destroy()
  }

  #mailroomDrained(): void {
    if (this.#releaseAt === undefined) this.connection.resume()
  }

  #fromMailroom(chunk: Buffer): void {
    if (this.#over) return
    if (this.#returning !== undefined) return this.#fromReturn(chunk)
    const left = (this.#releaseAt ?? Infinity) - this.#passed
    const forClient = chunk.length <= left ? chunk : chunk.subarray(0, left)
    this.#passed += forClient.length
    if (this.terms.protocol === 'imap' && forClient.length > 0) {
      this.#betweenLines = forClient[forClient.length - 1] === lf
      this.#saidBye = forClient.length <= farewellBytesMax && forClient.includes('* BYE')
    }
    if (forClient.length > 0 && !this.connection.offer(forClient)) this.#mailroom.pause()
    if (this.#passed !== this.#releaseAt) return
    this.#returning = frameReader()
    if (chunk.length > left) this.#fromReturn(chunk.subarray(left))
  }

  #fromReturn(chunk: Buffer): void {
    try {
      this.#returning?.push(chunk)
      const frame = this.#returning?.next()
      if (frame !== undefined) this.#returned(returnedOf(frame))
    } catch (error) {
      if (!(error instanceof BadAsk) && !(error instanceof FrameRefused)) throw error
      this.connection.destroy()
    }
  }

  #returned({ ticket, sealed, rest }: Returned): void {
    this.#end()
    if (this.connection.closing) return
    const unread = Buffer.from(rest, 'base64')
    if (ticket === 0) this.connection.beginAgain(unread)
    else this.terms.lodgings.park(this, ticket, sealed, unread)
  }

  #mailroomGone(): void {
    if (this.#over) return
    const mayBePut = this.terms.protocol === 'imap' && this.#betweenLines && !this.#saidBye && !this.connection.inputEnded
    this.#end()
    this.connection.close(mayBePut ? lastWords : '')
  }
}
