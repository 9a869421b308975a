/**
 * A client that waits in the gate: its socket and a ticket only its mailroom can open, nothing else. When it speaks, or its
 * mailroom calls for it, it goes back there with the ticket and what it said.
 */
import type { Connection, Session } from './connection.ts'
import { handOver } from './hand-over.ts'
import { lastWords, type PipeTerms } from './pipe.ts'
import type { Surroundings } from './surroundings.ts'

const nothing = Buffer.alloc(0)

export class Parked implements Session {
  readonly loggedIn = true
  readonly ticket: number
  readonly path: string
  readonly #connection: Connection
  readonly #terms: PipeTerms
  readonly #sealed: Buffer
  readonly #surroundings: Pick<Surroundings, 'policy' | 'log' | 'lodgings'>
  #leaving = false

  constructor(connection: Connection, terms: PipeTerms, ticket: number, sealed: string, surroundings: Pick<Surroundings, 'policy' | 'log' | 'lodgings'>) {
    this.#connection = connection
    this.#terms = terms
    this.ticket = ticket
    this.path = terms.path
    const bytes = Buffer.byteLength(sealed, 'base64')
    // Of its own memory: a slice of a shared page would pin the page for as long as the client waits.
    this.#sealed = Buffer.allocUnsafeSlow(bytes)
    this.#sealed.write(sealed, 'base64')
    this.#surroundings = surroundings
  }

  begin(unread: Buffer): void {
    this.#connection.become(this, this.#terms.policy.pipedIdleMs)
    if (unread.length > 0) this.receive(unread)
    else if (this.#connection.inputEnded) this.clientEnded()
    else this.#connection.resume()
  }

  greet(): void {}

  receive(chunk: Buffer): void {
    void this.#goBack(chunk)
  }

  /** The mailroom has something to tell. */
  wake(): void {
    void this.#goBack(nothing)
  }

  /** Its mailroom is gone, and with it the only key to the ticket. */
  lost(): void {
    this.#connection.close(lastWords)
  }

  clientEnded(): void {
    this.#connection.close()
  }

  idle(): void {
    this.#connection.close('* BYE Idle for too long\r\n')
  }

  drained(): void {}

  closed(): void {
    this.#terms.lodgings.left(this)
  }

  leave(): void {
    this.#connection.close('* BYE Server is shutting down, try again in a moment\r\n')
  }

  async #goBack(said: Buffer): Promise<void> {
    if (this.#leaving) return
    this.#leaving = true
    this.#connection.pause()
    const { peer, secure } = this.#connection
    const preface = {
      protocol: this.#terms.protocol, opens: 'ticket', pass: this.#sealed.toString('base64'), tag: '*', helo: '', language: '', utf8: false,
      peer: peer.address, tls: secure,
    } as const
    if (await handOver(this.#connection, this.path, preface, () => said, this.#surroundings)) this.#terms.lodgings.wentBack(this)
    else this.lost()
  }
}
