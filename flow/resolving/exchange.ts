/** What an exchange with one server is about, and whether a message that came is its answer (RFC 5452 section 9.1). */
import { internetClass } from '@bulkhead/wire/dns/question.ts'
import { encodeQuery, parseMessage, type Message } from '@bulkhead/wire/dns/message.ts'
import { recordTypes, type TypeName } from '@bulkhead/wire/dns/records.ts'

export interface Inquiry {
  readonly id: number
  /** Lower case, without the final dot. */
  readonly name: string
  readonly type: TypeName
  readonly bytes: Buffer
}

/** Undefined where the name has no wire form. */
export const inquiry = (id: number, name: string, type: TypeName): Inquiry | undefined => {
  const bytes = encodeQuery(id, name, type)
  return bytes === undefined ? undefined : { id, name, type, bytes }
}

/** The message where it answers the inquiry; whatever else came is a stranger's. */
export const answerTo = ({ id, name, type }: Inquiry, bytes: Buffer): Message | undefined => {
  const message = parseMessage(bytes)
  if (message === undefined || message.header.id !== id || !message.header.isResponse || message.header.opcode !== 0) return undefined
  const { question } = message
  return question.name === name && question.type === recordTypes[type].number && question.class === internetClass ? message : undefined
}
