/**
 * One open session with a database. `pg` finds the server, does TLS and the password; from then on the conversation is
 * ours: bursts of prepared statements, many in flight, results in binary. A burst is one implicit transaction.
 * `pg` itself decodes every result as text, which would turn each sealed byte into two of hexadecimal and back.
 */
import pg from 'pg'
import { assert } from '@bulkhead/base/assert.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import type { Secret } from '@bulkhead/base/secret.ts'
import type { RawRow } from './columns.ts'
import { connectFault, sqlFault } from './fault.ts'
import { encodeBurst, messageReader, type FromServer } from './messages.ts'
import type { Statement } from './sql.ts'

const connectMsMax = 5_000
const statementMsMax = 30_000
/** A server that says nothing for so long while it owes an answer is away, whatever its socket says. */
const silentMsMax = 40_000

interface Burst {
  readonly resolve: (results: readonly (readonly RawRow[])[]) => void
  readonly reject: (fault: Fault) => void
  readonly results: RawRow[][]
  readonly parses: readonly string[]
  parsed: number
  current: RawRow[]
  failure: Fault | null
}

export class Session {
  readonly #client: pg.Client
  readonly #stream: pg.Connection['stream']
  readonly #prepared = new Set<string>()
  #waiting: Burst[] = []
  #first = 0
  #watchdog: NodeJS.Timeout | undefined
  #closed = false
  readonly #onClose: () => void

  private constructor(client: pg.Client, onClose: () => void) {
    this.#client = client
    this.#onClose = onClose
    const connection: unknown = Reflect.get(client, 'connection')
    assert(connection instanceof pg.Connection, 'a client has a connection')
    this.#stream = connection.stream
    this.#stream.removeAllListeners('data')
    const read = messageReader((message) => this.#take(message))
    this.#stream.on('data', (chunk: Buffer) => {
      try {
        read(chunk)
      } catch (error) {
        this.#close(new Fault('databaseAway', 'nonsense from the server', error))
      }
    })
    client.on('error', () => this.#close(new Fault('databaseAway', 'the connection broke')))
    client.on('end', () => this.#close(new Fault('databaseAway', 'the connection ended')))
  }

  static async open(url: Secret<string>, name: string, onClose: () => void): Promise<Session> {
    const client = new pg.Client({
      connectionString: url.declassify(),
      application_name: name,
      connectionTimeoutMillis: connectMsMax,
      statement_timeout: statementMsMax,
      idle_in_transaction_session_timeout: statementMsMax,
      keepAlive: true,
    })
    // Until the session takes over, an error is told by the rejected promise.
    client.on('error', () => undefined)
    try {
      await client.connect()
    } catch (error) {
      throw connectFault(error)
    }
    return new Session(client, onClose)
  }

  get inFlight(): number {
    return this.#waiting.length - this.#first
  }

  /** Rows of each statement, in order. All of them happen, or none. */
  burst(statements: readonly Statement[]): Promise<readonly (readonly RawRow[])[]> {
    if (this.#closed) return Promise.reject(new Fault('databaseAway', 'the connection is closed'))
    const { bytes, parses } = encodeBurst(statements, (name) => this.#prepared.has(name))
    for (const name of parses) this.#prepared.add(name)
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject, parses, results: [], parsed: 0, current: [], failure: null })
      this.#watchdog ??= setTimeout(() => this.#close(new Fault('databaseAway', 'no answer in time')), silentMsMax).unref()
      this.#stream.write(bytes)
    })
  }

  close(): void {
    this.#close(new Fault('databaseAway', 'closed by us'))
  }

  #take(message: FromServer): void {
    const burst = this.#waiting[this.#first]
    if (burst === undefined) {
      if (message.is === 'failed') this.#close(sqlFault(message.sqlState, 'between statements'))
      return
    }
    switch (message.is) {
      case 'row':
        burst.current.push(message.row)
        return
      case 'parsed':
        burst.parsed += 1
        return
      case 'complete':
        burst.results.push(burst.current)
        burst.current = []
        return
      case 'failed':
        burst.failure ??= sqlFault(message.sqlState, message.constraint)
        return
      case 'ready':
        this.#settle(burst)
        return
      case 'other':
    }
  }

  #settle(burst: Burst): void {
    this.#first += 1
    if (this.#first === this.#waiting.length) {
      this.#waiting = []
      this.#first = 0
    }
    this.#watchdog?.refresh()
    if (this.inFlight === 0) {
      clearTimeout(this.#watchdog)
      this.#watchdog = undefined
    }
    if (burst.failure === null) return burst.resolve(burst.results)
    burst.reject(burst.failure)
    // Statements behind the one that failed were not prepared, though later bursts may count on them.
    if (burst.parsed < burst.parses.length) this.#close(new Fault('databaseAway', 'a statement could not be prepared'))
  }

  #close(fault: Fault): void {
    if (this.#closed) return
    this.#closed = true
    clearTimeout(this.#watchdog)
    const unanswered = this.#waiting.slice(this.#first)
    this.#waiting = []
    this.#first = 0
    this.#stream.removeAllListeners('data')
    this.#stream.resume()
    this.#client.end().catch(() => undefined)
    this.#stream.destroy()
    for (const burst of unanswered) burst.reject(burst.failure ?? fault)
    this.#onClose()
  }
}
