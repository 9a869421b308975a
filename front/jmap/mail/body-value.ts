/** Text of a part as `bodyValues` gives it (RFC 8621 section 4.1.4): decoded, line ends as LF, cut where it is too long. */
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import type { BodyPart } from '@bulkhead/wire/jmap/mail/body-parts.ts'
import type { TextReader } from '../../reader/text-reader.ts'
import type { MessageBytes } from './message-source.ts'

/** Text of all values of one method call; what comes after it is cut. */
export const bodyValuesBytesMax = 8 * 1024 * 1024
/** Bytes in the message that one byte of UTF-8 may take: quoted-printable is three, a kanji alone in ISO-2022-JP is eight for three. */
const encodedPerByte = 24
const readMin = 4_096
/** Bytes of one part, as they stand. */
const readMax = 16 * 1024 * 1024

const encodings = new Set(['7bit', '8bit', 'binary', 'base64', 'quoted-printable'])

export interface BodyBudget {
  bytesLeft: number
  readonly reader: TextReader
  /** Whose place in the reader's line it is. */
  readonly whose: string
}

export const bodyValue = async (bytes: MessageBytes, { part, type }: BodyPart, bytesMax: number, budget: BodyBudget): Promise<JsonObject> => {
  const most = Math.min(bytesMax, Math.max(0, budget.bytesLeft))
  const length = part.bodyEnd - part.bodyStart
  const taken = Math.min(length, readMax, most * encodedPerByte + readMin)
  const raw = await bytes.read(part.bodyStart, part.bodyStart + taken)
  const { subtype, encoding, parameters } = part
  const value = { isHtml: type === 'text/html', bytesMax: most, isCut: taken < length }
  const read = await budget.reader.read({ part: { type: part.type, subtype, encoding, parameters }, charset: 'auto', html: null, value }, raw, budget.whose)
  if (read === 'tooDear') return { value: '', isEncodingProblem: false, isTruncated: true }
  budget.bytesLeft -= Buffer.byteLength(read.value, 'utf8')
  return { value: read.value, isEncodingProblem: read.value.includes('\ufffd') || !encodings.has(encoding), isTruncated: read.truncated }
}
