/**
 * The few messages of PostgreSQL's extended query protocol (its manual, chapter 54) that a session speaks once it is
 * open. Pure: statements to bytes, bytes to messages.
 */
import { view } from '@bulkhead/base/bytes.ts'
import type { RawRow } from './columns.ts'
import type { Parameter } from './parameters.ts'
import type { Statement } from './sql.ts'

const asBytes = (parameter: Parameter): Buffer | null => {
  if (parameter === null) return null
  if (parameter instanceof Uint8Array) return view(parameter)
  if (typeof parameter === 'boolean') return Buffer.from(parameter ? 't' : 'f', 'latin1')
  return Buffer.from(String(parameter), 'utf8')
}

class Writer {
  readonly bytes: Buffer
  at = 0

  constructor(length: number) {
    this.bytes = Buffer.allocUnsafe(length)
  }

  header(code: string, length: number): void {
    this.bytes[this.at] = code.charCodeAt(0)
    this.at = this.bytes.writeInt32BE(length - 1, this.at + 1)
  }

  int16(value: number): void {
    this.at = this.bytes.writeInt16BE(value, this.at)
  }

  text(value: string): void {
    this.at += this.bytes.write(value, this.at, 'utf8')
    this.bytes[this.at++] = 0
  }

  field(value: Buffer | null): void {
    this.at = this.bytes.writeInt32BE(value === null ? -1 : value.length, this.at)
    if (value === null) return
    this.bytes.set(value, this.at)
    this.at += value.length
  }
}

const executeBytes = 10
const syncBytes = 5

export interface EncodedBurst {
  readonly bytes: Buffer
  /** Names of the statements that it prepares, in order. */
  readonly parses: readonly string[]
}

/** One write for the whole burst: the statements not yet prepared, each bound and executed, and one Sync at the end. */
export const encodeBurst = (statements: readonly Statement[], isPrepared: (name: string) => boolean): EncodedBurst => {
  const parses: string[] = []
  let length = syncBytes
  const plans = statements.map((statement) => {
    const values = statement.parameters.map(asBytes)
    const parse = !isPrepared(statement.name) && !parses.includes(statement.name)
    const parseBytes = parse ? 5 + statement.name.length + 1 + Buffer.byteLength(statement.text) + 1 + 2 : 0
    if (parse) parses.push(statement.name)
    let bindBytes = 5 + 1 + statement.name.length + 1 + 2 + 2 * values.length + 2 + 4
    for (const value of values) bindBytes += 4 + (value?.length ?? 0)
    length += parseBytes + bindBytes + executeBytes
    return { statement, values, parseBytes, bindBytes }
  })
  const out = new Writer(length)
  for (const { statement, values, parseBytes, bindBytes } of plans) {
    if (parseBytes > 0) {
      out.header('P', parseBytes)
      out.text(statement.name)
      out.text(statement.text)
      out.int16(0)
    }
    out.header('B', bindBytes)
    out.text('')
    out.text(statement.name)
    out.int16(values.length)
    for (const parameter of statement.parameters) out.int16(parameter instanceof Uint8Array ? 1 : 0)
    out.int16(values.length)
    for (const value of values) out.field(value)
    out.int16(1) // every result column …
    out.int16(1) // … in binary
    out.header('E', executeBytes)
    out.text('')
    out.at = out.bytes.writeInt32BE(0, out.at)
  }
  out.header('S', syncBytes)
  return { bytes: out.bytes, parses }
}

export type FromServer =
  | { readonly is: 'row'; readonly row: RawRow }
  | { readonly is: 'parsed' }
  | { readonly is: 'complete' }
  | { readonly is: 'ready' }
  /** SQLSTATE and where in PostgreSQL it arose; its words may hold values and are left unread. */
  | { readonly is: 'failed'; readonly sqlState: string; readonly constraint: string }
  | { readonly is: 'other' }

const dataRow = (body: Buffer): RawRow => {
  const count = body.readInt16BE(0)
  const fields = new Array<Buffer | null>(count)
  let at = 2
  for (let i = 0; i < count; i += 1) {
    const length = body.readInt32BE(at)
    at += 4
    fields[i] = length === -1 ? null : body.subarray(at, at + length)
    if (length > 0) at += length
  }
  return fields
}

const failure = (body: Buffer): FromServer => {
  let sqlState = ''
  let constraint = ''
  for (let at = 0; at < body.length && body[at] !== 0; ) {
    const end = body.indexOf(0, at + 1)
    const value = body.toString('utf8', at + 1, end)
    if (body[at] === 0x43) sqlState = value
    if (body[at] === 0x6e) constraint = value
    at = end + 1
  }
  return { is: 'failed', sqlState, constraint }
}

const decode = (code: number, body: Buffer): FromServer => {
  switch (code) {
    case 0x44: return { is: 'row', row: dataRow(body) }
    case 0x31: return { is: 'parsed' }
    case 0x43:
    case 0x49: return { is: 'complete' }
    case 0x5a: return { is: 'ready' }
    case 0x45: return failure(body)
    default: return { is: 'other' }
  }
}

/** A message of the server is at most this long: its own limit for a row is 1 GiB, ours is what a process may hold. */
const messageBytesMax = 268_435_456

/** Cuts what arrives into messages, however it is cut by the socket. Throws on a message beyond the limit. */
export const messageReader = (take: (message: FromServer) => void): ((chunk: Buffer) => void) => {
  let waiting: Buffer[] = []
  let waitingBytes = 0
  let wanted = 5
  return (chunk) => {
    waiting.push(chunk)
    waitingBytes += chunk.length
    if (waitingBytes < wanted) return
    const whole = waiting.length === 1 ? chunk : Buffer.concat(waiting, waitingBytes)
    let at = 0
    wanted = 5
    while (whole.length - at >= 5) {
      const length = 1 + whole.readUInt32BE(at + 1)
      if (length > messageBytesMax || length < 5) throw new RangeError('message length')
      if (whole.length - at < length) {
        wanted = length
        break
      }
      take(decode(whole[at] ?? 0, whole.subarray(at + 5, at + length)))
      at += length
    }
    waiting = at === whole.length ? [] : [whole.subarray(at)]
    waitingBytes = whole.length - at
  }
}
