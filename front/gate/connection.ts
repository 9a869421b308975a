/**
 * One client's connection: the socket, its TLS, its timers and the back-pressure of both directions. A session sees
 * chunks, the client's half-close and the clock running out; it never sees the socket, until it hands it over.
 */
import type { Socket } from 'node:net'
import { TLSSocket, type SecureContext } from 'node:tls'
import type { Listener } from '@bulkhead/door/contracts/start.ts'

export interface Peer {
  readonly address: string
  readonly port: number
}

export interface Session {
  /** The connection can carry the protocol: say who we are. */
  greet(): void
  receive(chunk: Buffer): void
  /** The client has said its last and may still be listening. */
  clientEnded(): void
  /** Nothing came for the idle time. */
  idle(): void
  /** The output has drained enough to go on. */
  drained(): void
  /** The connection is gone; let go of everything. */
  closed(): void
  /** Lifetime over or the gate is closing: say so when nothing is under way, and leave. */
  leave(): void
  /** Somebody has logged in: no lifetime of the gate's holds. */
  readonly loggedIn?: true
}

export interface ConnectionTerms {
  readonly protocol: Listener['protocol']
  readonly idleMs: number
  readonly lingerMs: number
  readonly now: () => number
  /** Called once, when the connection is gone. */
  readonly onClosed: (connection: Connection) => void
  /** The TLS material of the moment. */
  readonly secureContext: () => SecureContext
  readonly onTlsFailed: (connection: Connection, code: string) => void
  /** The session of a connection on which nobody has logged in. */
  readonly open: (connection: Connection) => Session
}

export class Connection {
  readonly peer: Peer
  readonly terms: ConnectionTerms
  /** Since when nobody has logged in. */
  openedAtMs: number
  /** `TLSv1.3`; undefined while in plain. */
  tlsVersion: string | undefined
  #socket: Socket
  #session: Session | undefined
  #closing = false
  #gone = false

  constructor(socket: Socket, peer: Peer, terms: ConnectionTerms) {
    this.peer = peer
    this.terms = terms
    this.openedAtMs = terms.now()
    this.#socket = socket
    socket.once('close', () => this.#onClose())
    this.#attach(socket)
  }

  get secure(): boolean {
    return this.tlsVersion !== undefined
  }

  get closing(): boolean {
    return this.#closing
  }

  /** Bytes the client has not read yet. */
  get unreadBytes(): number {
    return this.#socket.writableLength
  }

  /** The client has ended its side. */
  get inputEnded(): boolean {
    return this.#socket.readableEnded
  }

  /** Begins its session; with TLS from the first byte, once that stands. */
  serve(implicitTls: boolean): void {
    const session = this.terms.open(this)
    this.#session = session
    this.#socket.setTimeout(this.terms.idleMs)
    if (implicitTls) this.startTls(() => session.greet())
    else {
      session.greet()
      this.#socket.resume()
    }
  }

  /** `flushed` runs once the bytes have left this process. */
  write(bytes: string | Buffer, flushed?: () => void): void {
    if (this.#closing || bytes.length === 0) return
    if (typeof bytes === 'string') this.#socket.write(bytes, 'utf8', flushed === undefined ? undefined : onSuccess(flushed))
    else this.#socket.write(bytes, flushed === undefined ? undefined : onSuccess(flushed))
  }

  /** Like `write`; false where the client should be given a rest until `drained`. */
  offer(bytes: Buffer): boolean {
    return this.#closing || this.#socket.write(bytes)
  }

  get loggedIn(): boolean {
    return this.#session?.loggedIn === true
  }

  /** Finishes what is under way and goes: the session's work, or after login the mailroom's. */
  leave(): void {
    if (this.#session === undefined) this.destroy()
    else this.#session.leave()
  }

  /** Another session hears the connection from now on; the connection is paused. */
  become(session: Session, idleMs: number): void {
    this.#socket.pause()
    this.#session = session
    this.#socket.setTimeout(idleMs)
  }

  /** Somebody who was logged in begins anew, having sent `rest` (RFC 8437). */
  beginAgain(rest: Buffer): void {
    const session = this.terms.open(this)
    this.openedAtMs = this.terms.now()
    this.become(session, this.terms.idleMs)
    if (rest.length > 0) session.receive(rest)
    if (this.inputEnded) session.clientEnded()
    else if (rest.length === 0) this.resume()
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    if (!this.#closing) this.#socket.resume()
  }

  /** Everything read so far must be dealt with; what comes next is TLS. */
  startTls(secured: () => void): void {
    const plain = this.#socket
    plain.pause()
    plain.removeAllListeners('data').removeAllListeners('end').removeAllListeners('timeout').removeAllListeners('drain')
    plain.setTimeout(0)
    const secureSocket = new TLSSocket(plain, {
      isServer: true,
      secureContext: this.terms.secureContext(),
      requestCert: false,
    })
    secureSocket.once('secure', () => {
      this.tlsVersion = secureSocket.getProtocol() ?? 'TLS'
      secured()
    })
    this.#socket = secureSocket
    this.#attach(secureSocket)
    secureSocket.setTimeout(this.terms.idleMs)
  }

  /** Says the last words and closes; a client that does not read them in time is cut off. */
  close(lastWords: string | Buffer = ''): void {
    if (this.#closing) return
    this.write(lastWords)
    this.#closing = true
    this.#socket.end()
    this.#socket.setTimeout(this.terms.lingerMs)
    // Reads on without listening, or the client's own close would never be seen.
    this.#socket.resume()
  }

  destroy(): void {
    this.#closing = true
    this.#socket.destroy()
  }

  #attach(socket: Socket): void {
    socket.on('data', (chunk: Buffer) => {
      if (!this.#closing) this.#session?.receive(chunk)
    })
    socket.on('end', () => {
      if (!this.#closing) this.#session?.clientEnded()
    })
    socket.on('drain', () => this.#session?.drained())
    socket.on('timeout', () => this.#onTimeout())
    socket.on('error', (error: Error & { code?: string }) => {
      const handshake = socket instanceof TLSSocket && this.tlsVersion === undefined
      if (handshake) this.terms.onTlsFailed(this, error.code ?? error.name)
      socket.destroy()
    })
  }

  #onTimeout(): void {
    const handshake = this.#socket instanceof TLSSocket && this.tlsVersion === undefined
    if (this.#closing || handshake || this.#session === undefined) this.#socket.destroy()
    else this.#session.idle()
  }

  #onClose(): void {
    if (this.#gone) return
    this.#gone = true
    this.#closing = true
    this.#session?.closed()
    this.#session = undefined
    this.terms.onClosed(this)
  }
}

const onSuccess =
  (flushed: () => void) =>
  (error?: Error | null): void => {
    if (error === undefined || error === null) flushed()
  }
