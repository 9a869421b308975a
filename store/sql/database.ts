/**
 * A handle on one database of one cell, with the rights of one process. Whoever holds it can ask this database and no
 * other. Sessions are opened when needed, shared by pipelining, and opened anew after the server was away; a statement
 * under way when a session breaks fails as `databaseAway` and is never repeated here.
 */
import { assert } from '@bulkhead/base/assert.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import type { Secret } from '@bulkhead/base/secret.ts'
import type { RawRow, Row } from './columns.ts'
import { Session } from './session.ts'
import type { Statement } from './sql.ts'

/** The database asked: reading and writing are the same to it, functions decide. */
export interface Database {
  one<T>(parse: Row<T>, statement: Statement): Promise<T>
  maybeOne<T>(parse: Row<T>, statement: Statement): Promise<T | undefined>
  many<T>(parse: Row<T>, statement: Statement): Promise<readonly T[]>
  /** Without an answer of interest. */
  run(statement: Statement): Promise<void>
  /** All or none, in one transaction; the rows of each. */
  burst(statements: readonly Statement[]): Promise<readonly (readonly RawRow[])[]>
  [Symbol.asyncDispose](): Promise<void>
}

export interface DatabaseOptions {
  readonly url: Secret<string>
  /** Shown in the server's list of sessions. */
  readonly name: string
  readonly sessionsMax: number
}

/** Bursts under way on all sessions of a handle; beyond this the process is overloaded and says so. */
const inFlightMax = 4_000
/** After a failed attempt to connect, everybody is told so for this long instead of queueing up for the next. */
const backOffMs = 200
/** A session that nobody asked for so long is closed; a server has only so many. */
const idleMsMax = 60_000

interface Lane {
  readonly session: Promise<Session>
  open: Session | undefined
  waiting: number
  idleSinceMs: number
}

class Lanes implements Database {
  readonly #options: DatabaseOptions
  #lanes: Lane[] = []
  #failed: { readonly fault: Fault; readonly untilMs: number } | undefined
  #disposed = false
  readonly #closing = setInterval(() => this.#closeIdle(), idleMsMax / 2).unref()

  constructor(options: DatabaseOptions) {
    this.#options = options
  }

  async burst(statements: readonly Statement[]): Promise<readonly (readonly RawRow[])[]> {
    const lane = this.#choose()
    lane.waiting += 1
    try {
      return await (lane.open ?? (await lane.session)).burst(statements)
    } finally {
      lane.waiting -= 1
      lane.idleSinceMs = performance.now()
    }
  }

  async one<T>(parse: Row<T>, statement: Statement): Promise<T> {
    const rows = await this.#rows(statement)
    const [first] = rows
    assert(first !== undefined && rows.length === 1, 'one row')
    return parse(first)
  }

  async maybeOne<T>(parse: Row<T>, statement: Statement): Promise<T | undefined> {
    const rows = await this.#rows(statement)
    assert(rows.length <= 1, 'at most one row')
    return rows[0] === undefined ? undefined : parse(rows[0])
  }

  async many<T>(parse: Row<T>, statement: Statement): Promise<readonly T[]> {
    return (await this.#rows(statement)).map(parse)
  }

  async run(statement: Statement): Promise<void> {
    await this.#rows(statement)
  }

  async #rows(statement: Statement): Promise<readonly RawRow[]> {
    return (await this.burst([statement]))[0] ?? []
  }

  /** The idlest lane; a new one rather than waiting behind another's statement. */
  #choose(): Lane {
    if (this.#disposed) throw new Fault('databaseAway', 'the handle was closed')
    let idlest: Lane | undefined
    let inFlight = 0
    for (const lane of this.#lanes) {
      inFlight += lane.waiting
      if (idlest === undefined || lane.waiting < idlest.waiting) idlest = lane
    }
    if (inFlight >= inFlightMax) throw new Fault('overloaded', `${inFlight} statements are under way`)
    if (idlest !== undefined && (idlest.waiting === 0 || this.#lanes.length >= this.#options.sessionsMax)) return idlest
    if (this.#failed !== undefined && performance.now() < this.#failed.untilMs) throw this.#failed.fault
    return this.#add()
  }

  #add(): Lane {
    const drop = (): void => {
      this.#lanes = this.#lanes.filter((candidate) => candidate !== lane)
    }
    const session = Session.open(this.#options.url, this.#options.name, drop)
    const lane: Lane = { session, open: undefined, waiting: 0, idleSinceMs: performance.now() }
    session.then(
      (open) => {
        lane.open = open
        this.#failed = undefined
        if (this.#disposed) open.close()
      },
      (error: unknown) => {
        drop()
        if (error instanceof Fault) this.#failed = { fault: error, untilMs: performance.now() + backOffMs }
      },
    )
    this.#lanes.push(lane)
    return lane
  }

  #closeIdle(): void {
    const beforeMs = performance.now() - idleMsMax
    for (const lane of this.#lanes) {
      if (lane.waiting === 0 && lane.idleSinceMs < beforeMs) lane.open?.close()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true
    clearInterval(this.#closing)
    const lanes = this.#lanes
    await Promise.allSettled(lanes.map(async ({ session }) => (await session).close()))
  }
}

export const openDatabase = (options: DatabaseOptions): Database => new Lanes(options)
