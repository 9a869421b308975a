/** A message of the demonstration, from what it says to its bytes. */
import { createHash } from 'node:crypto'
import { dateValue } from '@bulkhead/wire/mime/compose/date-value.ts'
import { addressesValue, idsValue, textValue, type ComposedAddress } from '@bulkhead/wire/mime/compose/header-value.ts'
import { composedMessage, inLines, type ComposedField, type ComposedPart } from '@bulkhead/wire/mime/compose/message.ts'
import { nameForOldPrograms, parameter, parametersValue } from '@bulkhead/wire/mime/compose/parameters-value.ts'

export interface Enclosure {
  readonly name: string
  readonly type: string
  readonly bytes: Buffer
  /** Shown in the HTML by `cid:`. */
  readonly contentId?: string
}

export interface Letter {
  readonly from: ComposedAddress
  readonly to: readonly ComposedAddress[]
  readonly cc?: readonly ComposedAddress[]
  readonly subject: string
  readonly atMs: number
  readonly text: string
  readonly html?: string
  readonly enclosures?: readonly Enclosure[]
  /** Message-IDs before it in its thread, oldest first. */
  readonly references?: readonly string[]
  readonly messageId?: string
  readonly fields?: readonly ComposedField[]
  /** Who checked it when it came, and what was found; null: it never came from outside. */
  readonly checked?: { readonly by: string; readonly result: 'pass' | 'fail' } | null
}

const japanMinutes = 9 * 60

const leaf = (type: string, text: string): ComposedPart =>
  ({ is: 'leaf', fields: [['Content-Type', parametersValue(type, ['charset=utf-8'])]], kind: 'text', body: inLines(text) })

const enclosed = ({ name, type, bytes, contentId }: Enclosure): ComposedPart => ({
  is: 'leaf',
  kind: 'bytes',
  body: bytes,
  fields: [
    ['Content-Type', parametersValue(type, [nameForOldPrograms(name)])],
    ['Content-Disposition', parametersValue(contentId === undefined ? 'attachment' : 'inline', parameter('filename', name))],
    ...(contentId === undefined ? [] : [['Content-ID', `<${contentId}>`] as const]),
  ],
})

const bodyOf = ({ text, html, enclosures = [] }: Letter): ComposedPart => {
  const multipart = (type: string, parts: readonly ComposedPart[]): ComposedPart => ({ is: 'multipart', type: `multipart/${type}`, fields: [], parts })
  const inline = enclosures.filter(({ contentId }) => contentId !== undefined).map(enclosed)
  const attached = enclosures.filter(({ contentId }) => contentId === undefined).map(enclosed)
  const page = html === undefined ? undefined : leaf('text/html', html)
  const shown = page === undefined ? undefined : inline.length === 0 ? page : multipart('related', [page, ...inline])
  const words = shown === undefined ? leaf('text/plain', text) : multipart('alternative', [leaf('text/plain', text), shown])
  return attached.length === 0 ? words : multipart('mixed', [words, ...attached])
}

const addressed = (addresses: readonly ComposedAddress[], field: string): string => addressesValue([{ name: null, addresses }], field.length)

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1)

export const messageIdOf = ({ messageId, from, subject, atMs }: Pick<Letter, 'messageId' | 'from' | 'subject' | 'atMs'>): string =>
  messageId ?? `${createHash('sha256').update(`${from.email} ${subject} ${atMs}`).digest('hex').slice(0, 24)}@${domainOf(from.email)}`

/** What reception writes in front of what came from outside (RFC 5321 section 4.4, RFC 8601). */
const tracesOf = ({ from, checked, atMs }: Letter): readonly ComposedField[] => {
  if (checked === undefined || checked === null) return []
  const domain = domainOf(from.email)
  const { by, result } = checked
  const said = [by, `spf=${result} smtp.mailfrom=${domain}`, `dkim=${result} header.d=${domain}`, `dmarc=${result} header.from=${domain}`]
  return [
    ['Return-Path', `<${from.email}>`],
    ['Received', `from mail.${domain} (mail.${domain} [192.0.2.25])\r\n by ${by} with ESMTPS; ${dateValue(atMs, japanMinutes)}`],
    ['Authentication-Results', said.join(';\r\n ')],
  ]
}

export const letterBytes = (letter: Letter): Buffer => {
  const { from, to, cc = [], subject, atMs, references = [], fields = [] } = letter
  const last = references.at(-1)
  let boundaries = 0
  const id = messageIdOf(letter)
  const header: readonly ComposedField[] = [
    ...tracesOf(letter),
    ['From', addressed([from], 'From: ')],
    ['To', addressed(to, 'To: ')],
    ...(cc.length === 0 ? [] : [['Cc', addressed(cc, 'Cc: ')] as const]),
    ['Subject', textValue(subject, 'Subject: '.length)],
    ['Date', dateValue(atMs, japanMinutes)],
    ['Message-ID', `<${id}>`],
    ...(last === undefined ? [] : [['In-Reply-To', `<${last}>`], ['References', idsValue(references, 'References: '.length)]] as const),
    ...fields,
  ]
  return Buffer.concat(composedMessage(header, bodyOf(letter), () => `=_${id.slice(0, 16)}.${(boundaries += 1)}`))
}
