/**
 * The envelope of a submission (RFC 8621 section 7): read from what a client sends, or made of the message's header. Its parameters are
 * those of SMTP, without their encodings; SMTP's own grammar reads them.
 */
import { parseAddress, wireAddress } from '@bulkhead/mail/address/address.ts'
import { canBeAscii } from '@bulkhead/wire/mime/ascii-header.ts'
import { addressList, type Mailbox } from '@bulkhead/wire/mime/address-list.ts'
import { decodedRawText } from '@bulkhead/wire/mime/raw-text.ts'
import { fieldText, headerFields, headerLength } from '@bulkhead/wire/mime/header.ts'
import { BadValue, listOf, mapOf, nullable, orNull, shaped, text, type Reader } from '@bulkhead/wire/jmap/readers.ts'
import { invalidProperties, setError, type SetError } from '@bulkhead/wire/jmap/errors.ts'
import { parseMail, type Mail } from '@bulkhead/wire/smtp/verbs/mail.ts'
import { parseRcpt, type Rcpt } from '@bulkhead/wire/smtp/verbs/rcpt.ts'
import { encodeXtext } from '@bulkhead/wire/smtp/xtext.ts'
import { addressText } from '../../sending/complete-message.ts'
import type { Envelope, EnvelopeAddress, Parameters } from './stored-submission.ts'

/** Read, not sent to: the plan says how many may be. */
const recipientsReadMax = 10_000
const parametersMax = 20

const parameters: Reader<Parameters> = (value, path) => {
  const read = mapOf(nullable(text(1_000)), parametersMax)(value, path)
  const bad = [...read.keys()].find((name) => !/^[A-Za-z0-9][A-Za-z0-9-]*$/.test(name))
  if (bad !== undefined) throw new BadValue(path, 'names of SMTP parameters are wanted')
  return Object.fromEntries(read)
}

const address: Reader<EnvelopeAddress> = shaped({ email: text(1_000), parameters: orNull(parameters) })

/** Null: to be made of the header. */
export const envelopeReader: Reader<Envelope | null> = orNull(shaped({ mailFrom: address, rcptTo: listOf(address, recipientsReadMax) }))

const fieldsTo: ReadonlySet<string> = new Set(['to', 'cc', 'bcc'])

/** Whom the header names, each once (RFC 8621 section 7.5). */
export const envelopeOfHeader = (message: Buffer, identityEmail: string): Envelope => {
  const length = headerLength(message)
  const header = message.subarray(0, length < 0 ? message.length : length)
  const found = new Set<string>()
  for (const field of headerFields(header)) {
    if (!fieldsTo.has(field.name)) continue
    const mailboxes = addressList(fieldText(header, field)).filter((entry): entry is Mailbox => entry.kind === 'mailbox')
    for (const mailbox of mailboxes) found.add(decodedRawText(addressText(mailbox)))
  }
  return { mailFrom: { email: identityEmail, parameters: null }, rcptTo: Array.from(found, (email) => ({ email, parameters: null })) }
}

/** Values that SMTP carries as xtext (RFC 3461 section 4, RFC 4954 section 5); ORCPT's type stays before it. */
const encodedValue = (name: string, value: string): string => {
  if (name === 'ENVID' || name === 'AUTH') return encodeXtext(value)
  if (name !== 'ORCPT') return value
  const semicolon = value.indexOf(';')
  return `${value.slice(0, semicolon + 1)}${encodeXtext(value.slice(semicolon + 1))}`
}

const written = (given: Parameters | null): string =>
  Object.entries(given ?? {}).map(([name, value]) => {
    const key = name.toUpperCase()
    return value === null ? ` ${key}` : ` ${key}=${encodedValue(key, value)}`
  }).join('')

const isAscii = (value: string): boolean => /^[\x20-\x7e]*$/.test(value)

const areParameters = (given: Parameters | null): boolean => {
  const text = written(given)
  return isAscii(text) && text.split(' ').length === Object.keys(given ?? {}).length + 1
}

export interface WishedCommands {
  readonly mail: Mail
  readonly rcpts: readonly Rcpt[]
}

/** What does not begin with an address can't be a recipient. */
const wire = (email: string): string | undefined => {
  const parsed = parseAddress(email)
  return parsed === undefined ? undefined : wireAddress(parsed)
}

const badParameters = (path: string): SetError => invalidProperties(['envelope'], `${path}: these parameters are not taken`)

/** The envelope as SMTP says it. SMTPUTF8 is asked for where the message needs it, whether the client knows of it or not. */
export const commandsOf = ({ mailFrom, rcptTo }: Envelope, message: Buffer): WishedCommands | SetError => {
  const from = wire(mailFrom.email)
  if (from === undefined) return setError('forbiddenMailFrom', 'The sender is no address of yours')
  const to = rcptTo.map(({ email }) => wire(email))
  const invalid = rcptTo.flatMap(({ email }, at) => (to[at] === undefined ? [email] : []))
  if (rcptTo.length === 0) return setError('noRecipients')
  if (invalid.length > 0) return { ...setError('invalidRecipients'), extra: { invalidRecipients: invalid } }
  // A blank in a value would begin another parameter.
  if (![mailFrom, ...rcptTo].every(({ parameters: given }) => areParameters(given))) return badParameters('envelope')
  const length = headerLength(message)
  const header = message.subarray(0, length < 0 ? message.length : length)
  const needsUtf8 = !isAscii(from) || to.some((one) => !isAscii(one ?? '')) || !canBeAscii(header)
  const names = Object.keys(mailFrom.parameters ?? {}).map((name) => name.toUpperCase())
  const mail = parseMail(`FROM:<${from}>${written(mailFrom.parameters)}${needsUtf8 && !names.includes('SMTPUTF8') ? ' SMTPUTF8' : ''}`)
  if ('code' in mail) return badParameters('mailFrom')
  const rcpts: Rcpt[] = []
  for (const [at, { parameters: given }] of rcptTo.entries()) {
    const rcpt = parseRcpt(`TO:<${to[at] ?? ''}>${written(given)}`)
    if ('code' in rcpt) return badParameters(`rcptTo/${at}`)
    rcpts.push(rcpt)
  }
  return { mail, rcpts }
}
