/** A blob as the message it is said to be: of ours in form, so that every server and program reads the same in it. */
import { cr, lf } from '@bulkhead/base/bytes.ts'
import { sentDate } from '@bulkhead/wire/mime/date-field.ts'
import { fieldText, headerFields, headerLength } from '@bulkhead/wire/mime/header.ts'
import { unbinary } from '@bulkhead/wire/mime/unbinary.ts'

/** Whether it begins with a header that has a field (RFC 5322 section 2.1). */
export const isMessage = (bytes: Buffer): boolean => {
  const [first] = headerFields(bytes.subarray(0, Math.max(0, headerLength(bytes)) || bytes.length))
  return first !== undefined && first.start === 0
}

/** Files of mail programs have lines that end in LF alone; a message has CRLF. */
const withCrLf = (bytes: Buffer): Buffer => {
  const firstEnd = bytes.indexOf(lf)
  if (firstEnd < 0 || bytes[firstEnd - 1] === cr) return bytes
  return Buffer.from(bytes.toString('latin1').replaceAll(/\r?\n/g, '\r\n'), 'latin1')
}

/** Binary parts go into base64, as they do in APPEND. */
export const storedForm = (bytes: Buffer): readonly Buffer[] => {
  const filter = unbinary()
  return [...filter.push(withCrLf(bytes)), ...filter.end()]
}

/** When the last server took it in; undefined where none says. */
export const receivedMsOf = (bytes: Buffer): number | undefined => {
  const length = headerLength(bytes)
  const header = bytes.subarray(0, length < 0 ? bytes.length : length)
  const received = headerFields(header).find(({ name }) => name === 'received')
  if (received === undefined) return undefined
  const value = fieldText(header, received)
  return sentDate(value.slice(value.lastIndexOf(';') + 1))?.atMs
}
