/** What is asked (RFC 1035 section 4.1.2). */
import { encodeName, readName } from './name.ts'

/** IN; the only class there is for us. */
export const internetClass = 1

export interface Question {
  readonly name: string
  /** A number: a stranger's message may ask for anything. */
  readonly type: number
  readonly class: number
}

export const readQuestion = (bytes: Buffer, at: number): { readonly question: Question; readonly end: number } | undefined => {
  const read = readName(bytes, at)
  if (read === undefined || read.end + 4 > bytes.length) return undefined
  return {
    question: { name: read.name, type: bytes.readUInt16BE(read.end), class: bytes.readUInt16BE(read.end + 2) },
    end: read.end + 4,
  }
}

export const encodeQuestion = (question: Question): Buffer | undefined => {
  const name = encodeName(question.name)
  if (name === undefined) return undefined
  const tail = Buffer.alloc(4)
  tail.writeUInt16BE(question.type, 0)
  tail.writeUInt16BE(question.class, 2)
  return Buffer.concat([name, tail])
}
