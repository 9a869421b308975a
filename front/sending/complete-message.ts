/**
 * Completes a submitted message (RFC 6409 section 8): what is missing is added, what must not travel is taken out. The
 * rest of the bytes stay as the client sent them. Pure.
 */
import { ascii, latin1, lf, utf8Text } from '@bulkhead/base/bytes.ts'
import { mailboxesIn, type Mailbox } from '@bulkhead/wire/mime/address-list.ts'
import { fieldText, headerFields, headerLength, type HeaderField } from '@bulkhead/wire/mime/header.ts'
import { mimeLimits } from '@bulkhead/wire/mime/limits.ts'
import { dateTime } from '@bulkhead/wire/trace/date-time.ts'

/** The parts of a message's header that completion decides on. */
export interface SubmittedHeader {
  readonly fields: readonly HeaderField[]
  /** Bytes of the header with its empty line, where it has one. */
  readonly length: number
  /**
   * Addresses of From, then of Sender and of those who resent it (RFC 5322 section 3.6.6); undefined where one of them can't be read as
   * addresses.
   */
  readonly authors: readonly string[] | undefined
  /** From names several: somebody has to be the Sender (RFC 5322 section 3.6.2). */
  readonly needsSender: boolean
}

/** A From field of more people than this is no person's mail. */
export const authorsMax = 10

/**
 * Fields that must not travel: hidden recipients, what only the last host may write (RFC 5321 section 4.4) or only who checked
 * (RFC 8601 section 5), and what mail programs keep in their own files.
 */
const takenOut: ReadonlySet<string> = new Set([
  'bcc', 'resent-bcc', 'return-path', 'delivered-to', 'authentication-results', 'mt-priority',
  'content-length', 'lines', 'status', 'x-status', 'x-keywords', 'x-uid', 'x-mozilla-status', 'x-mozilla-status2', 'x-mozilla-keys',
])
const otherAuthors: ReadonlySet<string> = new Set(['sender', 'resent-from', 'resent-sender'])

const addressesOf = (message: Uint8Array, field: HeaderField): readonly string[] | undefined => {
  const mailboxes = mailboxesIn(fieldText(message, field))
  if (mailboxes.length === 0 || mailboxes.length > authorsMax) return undefined
  const addresses: string[] = []
  for (const mailbox of mailboxes) {
    const text = utf8Text(ascii(addressText(mailbox)))
    if (text === undefined || mailbox.host === null) return undefined
    addresses.push(text)
  }
  return addresses
}

/** `local-part@domain`, one character a byte as it came. */
export const addressText = ({ localPart, host }: Mailbox): string => `${quotedWhereNeeded(localPart)}@${host ?? ''}`

const quotedWhereNeeded = (localPart: string): string =>
  /[\s"(),:;<>@[\\\]]/.test(localPart) ? `"${localPart.replaceAll(/["\\]/g, '\\$&')}"` : localPart

export const submittedHeader = (message: Buffer): SubmittedHeader => {
  const found = headerLength(message)
  const length = found < 0 ? message.length : found
  const fields = headerFields(message.subarray(0, length))
  let authors: string[] | undefined = []
  let needsSender = false
  const from = fields.filter(({ name }) => name === 'from')
  for (const field of [...from, ...fields.filter(({ name }) => otherAuthors.has(name))]) {
    const addresses = addressesOf(message, field)
    if (addresses === undefined) authors = undefined
    authors?.push(...(addresses ?? []))
    if (field.name === 'from' && (addresses?.length ?? 0) > 1) needsSender = !fields.some(({ name }) => name === 'sender')
  }
  return { fields, length, authors, needsSender }
}

/** Longer headers are refused: nobody else would read them whole. */
export const headerTooLarge = (header: SubmittedHeader): boolean => header.length > mimeLimits.headerBytesMax

export interface Completion {
  /** The trace field, with its line break. */
  readonly received: string
  readonly login: string
  readonly messageId: string
  readonly nowMs: number
  /** The sender's own copy shows whom it went to. */
  readonly keepsBcc?: boolean
}

const missingFields = (header: SubmittedHeader, { login, messageId, nowMs }: Completion): string => {
  const has = (name: string): boolean => header.fields.some((field) => field.name === name)
  const resent = has('resent-from')
  return [
    has('date') ? '' : `Date: ${dateTime(nowMs)}\r\n`,
    has('from') ? '' : `From: <${login}>\r\n`,
    header.needsSender ? `Sender: <${login}>\r\n` : '',
    has('message-id') ? '' : `Message-ID: <${messageId}>\r\n`,
    !resent || has('resent-date') ? '' : `Resent-Date: ${dateTime(nowMs)}\r\n`,
    !resent || has('resent-message-id') ? '' : `Resent-Message-ID: <resent.${messageId}>\r\n`,
  ].join('')
}

/** Runs of header bytes between the fields that are taken out. */
const keptRuns = (message: Buffer, header: SubmittedHeader, keepsBcc: boolean): readonly Buffer[] => {
  const runs: Buffer[] = []
  let from = 0
  for (const field of header.fields) {
    if (!takenOut.has(field.name) || (keepsBcc && field.name === 'bcc')) continue
    if (field.start > from) runs.push(message.subarray(from, field.start))
    from = field.end
  }
  runs.push(message.subarray(from))
  return runs
}

const lineBreak = ascii('\r\n')

/** A message that begins with its text, and not with a field, gets an empty line between our fields and that. */
const beginsWithText = (message: Buffer, header: SubmittedHeader): boolean => {
  const first = header.fields[0]
  const lineEnd = message.indexOf(lf)
  if (message.length === 0 || latin1(message.subarray(0, 2)) === '\r\n') return false
  return first === undefined || first.start > 0 || lineEnd === 0
}

/** Ends in CRLF, and has an empty line after its header, whatever the client sent. */
export const completeMessage = (message: Buffer, header: SubmittedHeader, completion: Completion): Buffer => {
  const text = beginsWithText(message, header)
  const bare: SubmittedHeader = text ? { ...header, fields: [] } : header
  const added = Buffer.from(completion.received + missingFields(bare, completion) + (text ? '\r\n' : ''), 'utf8')
  const runs = [added, ...keptRuns(message, bare, completion.keepsBcc === true)]
  const endsWell = message.length === 0 || latin1(message.subarray(-2)) === '\r\n'
  if (!endsWell) runs.push(lineBreak)
  if (!text && headerLength(message) < 0) runs.push(lineBreak)
  return Buffer.concat(runs)
}
