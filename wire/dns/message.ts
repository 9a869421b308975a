/**
 * Messages of DNS (RFC 1035 section 4, EDNS(0) RFC 6891): bytes to values and back. Whatever is cut off, loops, says more
 * records than it holds or than we take, or holds a record of a known type that is none, is no message.
 */
import { encodeHeader, headerBytes, readHeader, responseCodes, type Header } from './header.ts'
import { encodeName, readName } from './name.ts'
import { encodeQuestion, internetClass, readQuestion, type Question } from './question.ts'
import { encodeData, readData, recordTypes, type Data, type TypeName } from './records.ts'

export const messageBytesMax = 65_535
/** Of the answer and authority sections together. A name with more has no mail that we can bring there. */
export const recordsMax = 512
/** What fits a packet nearly everywhere (RFC 9715 section 3.1). */
export const udpBytesMax = 1_232

const optType = 41
/** RFC 2181 section 8: a lifetime with the top bit set is none. */
const lifetimeMax = 0x7fff_ffff

export interface ResourceRecord {
  readonly name: string
  readonly ttlSeconds: number
  readonly data: Data
}

export interface Message {
  readonly header: Header
  readonly question: Question
  /** In the order of the message; types that are not ours are left out. */
  readonly answers: readonly ResourceRecord[]
  readonly authorities: readonly ResourceRecord[]
}

interface Read {
  readonly record: ResourceRecord | 'unknown'
  readonly end: number
}

const readRecord = (bytes: Buffer, at: number): Read | undefined => {
  const name = readName(bytes, at)
  if (name === undefined || name.end + 10 > bytes.length) return undefined
  const start = name.end + 10
  const end = start + bytes.readUInt16BE(name.end + 8)
  if (end > bytes.length) return undefined
  if (bytes.readUInt16BE(name.end + 2) !== internetClass) return { record: 'unknown', end }
  const data = readData(bytes.readUInt16BE(name.end), bytes, start, end)
  if (data === undefined) return undefined
  if (data === 'unknown') return { record: 'unknown', end }
  const ttl = bytes.readUInt32BE(name.end + 4)
  return { record: { name: name.name, ttlSeconds: ttl > lifetimeMax ? 0 : ttl, data }, end }
}

const readSection = (bytes: Buffer, start: number, count: number): { readonly records: readonly ResourceRecord[]; readonly end: number } | undefined => {
  const records: ResourceRecord[] = []
  let at = start
  for (let left = count; left > 0; left -= 1) {
    const read = readRecord(bytes, at)
    if (read === undefined) return undefined
    if (read.record !== 'unknown') records.push(read.record)
    at = read.end
  }
  return { records, end: at }
}

/** A message with one question. A truncated one is read up to its question: its rest is worth nothing. */
export const parseMessage = (bytes: Buffer): Message | undefined => {
  const head = bytes.length > messageBytesMax ? undefined : readHeader(bytes)
  if (head === undefined || head.counts.questions !== 1) return undefined
  const { header, counts } = head
  const asked = readQuestion(bytes, headerBytes)
  if (asked === undefined || counts.answers + counts.authorities > recordsMax) return undefined
  if (header.truncated) return { header, question: asked.question, answers: [], authorities: [] }
  const answers = readSection(bytes, asked.end, counts.answers)
  const authorities = answers === undefined ? undefined : readSection(bytes, answers.end, counts.authorities)
  if (answers === undefined || authorities === undefined) return undefined
  return { header, question: asked.question, answers: answers.records, authorities: authorities.records }
}

/** OPT (RFC 6891 section 6.1.2): how much we take by UDP; DO is off, since the resolver validates, not we. */
const edns = (): Buffer => {
  const record = Buffer.alloc(11)
  record.writeUInt16BE(optType, 1)
  record.writeUInt16BE(udpBytesMax, 3)
  return record
}

/** A query for a resolver: recursion, AD understood, EDNS(0). Undefined where the name is none. */
export const encodeQuery = (id: number, name: string, type: TypeName): Buffer | undefined => {
  const question = encodeQuestion({ name, type: recordTypes[type].number, class: internetClass })
  if (question === undefined) return undefined
  const header: Header = {
    id, isResponse: false, opcode: 0, authoritative: false, truncated: false, recursionDesired: true, recursionAvailable: false,
    authenticData: true, responseCode: responseCodes.noError,
  }
  return Buffer.concat([encodeHeader(header, { questions: 1, answers: 0, authorities: 0, additionals: 1 }), question, edns()])
}

const encodeRecord = ({ name, ttlSeconds, data }: ResourceRecord): Buffer | undefined => {
  const owner = encodeName(name)
  const value = encodeData(data)
  if (owner === undefined || value === undefined) return undefined
  const middle = Buffer.alloc(10)
  middle.writeUInt16BE(recordTypes[data.type].number, 0)
  middle.writeUInt16BE(internetClass, 2)
  middle.writeUInt32BE(ttlSeconds, 4)
  middle.writeUInt16BE(value.length, 8)
  return Buffer.concat([owner, middle, value])
}

/** Any message, uncompressed; undefined where a name or value in it has no wire form or it grows too long. */
export const encodeMessage = ({ header, question, answers, authorities }: Message): Buffer | undefined => {
  const counts = { questions: 1, answers: answers.length, authorities: authorities.length, additionals: 0 }
  const parts = [encodeHeader(header, counts), encodeQuestion(question), ...[...answers, ...authorities].map(encodeRecord)]
  const bytes = Buffer.concat(parts.filter((part) => part !== undefined))
  return parts.includes(undefined) || bytes.length > messageBytesMax ? undefined : bytes
}
