/** Disposition notifications (RFC 9007, RFC 8098): read from what a client sends, written as a message, and read from one. */
import { randomBytes } from 'node:crypto'
import { dateTime } from '@bulkhead/wire/trace/date-time.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { BadValue, boolean, id, mapOf, oneOf, optional, orNull, shaped, text, type Read, type Reader } from '@bulkhead/wire/jmap/readers.ts'
import { decodedText } from '@bulkhead/wire/mime/decoded-text.ts'
import { fieldText, headerFields } from '@bulkhead/wire/mime/header.ts'
import { indexMessage } from '@bulkhead/wire/mime/indexer.ts'
import { addressesValue, idsValue, textValue } from '@bulkhead/wire/mime/compose/header-value.ts'
import { composedMessage, inLines, type ComposedPart } from '@bulkhead/wire/mime/compose/message.ts'
import { parametersValue } from '@bulkhead/wire/mime/compose/parameters-value.ts'
import type { Part } from '@bulkhead/wire/mime/message-index.ts'
import { safeText } from '../mail/composing/header-fields.ts'
import type { Identity } from '../submission/identities.ts'

const actionModes = ['manual-action', 'automatic-action'] as const
const sendingModes = ['mdn-sent-manually', 'mdn-sent-automatically'] as const
const dispositionTypes = ['deleted', 'dispatched', 'displayed', 'processed'] as const
const extensionsMax = 20
const fieldCharsMax = 500

/** What stands in a field of a report, which is ASCII. */
const asciiText: Reader<string> = (value, path) => {
  const read = safeText(fieldCharsMax)(value, path)
  if (!/^[\x20-\x7e]*$/.test(read)) throw new BadValue(path, 'ASCII is wanted')
  return read
}

export const mdnShape = {
  forEmailId: id,
  subject: orNull(safeText()),
  textBody: orNull(text(100_000)),
  includeOriginalMessage: optional(boolean, false),
  reportingUA: orNull(asciiText),
  disposition: shaped({ actionMode: oneOf(actionModes), sendingMode: oneOf(sendingModes), type: oneOf(dispositionTypes) }),
  finalRecipient: orNull(asciiText),
  extensionFields: orNull(mapOf(asciiText, extensionsMax)),
} as const
export type WishedMdn = Read<typeof mdnShape>

export interface Original {
  readonly bytes: Buffer
  readonly subject: string
  readonly messageId: string | null
  readonly originalRecipient: string | null
  /** Who asked for the report. */
  readonly to: string
}

const nameOfField = /^(?!(?:reporting-ua|original-recipient|final-recipient|original-message-id|disposition)$)[a-z][a-z0-9-]{0,60}$/i

const reportOf = (mdn: WishedMdn, original: Original, finalRecipient: string): string => {
  const { actionMode, sendingMode, type } = mdn.disposition
  const fields: readonly (readonly [string, string | null])[] = [
    ['Reporting-UA', mdn.reportingUA],
    ['Original-Recipient', original.originalRecipient],
    ['Final-Recipient', finalRecipient],
    ['Original-Message-ID', original.messageId === null ? null : `<${original.messageId}>`],
    ['Disposition', `${actionMode}/${sendingMode.replace('mdn', 'MDN')}; ${type}`],
    ...[...(mdn.extensionFields ?? [])].filter(([name]) => nameOfField.test(name)),
  ]
  return fields.flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}\r\n`])).join('')
}

/** The message of RFC 8098 section 3. */
export const mdnMessage = (mdn: WishedMdn, original: Original, identity: Identity, nowMs: number): Buffer => {
  const leaf = (type: string, kind: 'text' | 'message', body: Buffer): ComposedPart => ({ is: 'leaf', kind, body, fields: [['Content-Type', type]] })
  const domain = identity.email.slice(identity.email.lastIndexOf('@') + 1)
  const answered = original.messageId === null ? [] : [original.messageId]
  const subject = mdn.subject ?? `Disposition notification: ${original.subject}`
  const parts = [
    leaf('text/plain; charset=utf-8', 'text', inLines(mdn.textBody ?? 'The message was shown. This says nothing of whether it was read or understood.')),
    leaf('message/disposition-notification', 'message', Buffer.from(reportOf(mdn, original, finalRecipientOf(mdn, identity)), 'latin1')),
    ...(mdn.includeOriginalMessage ? [leaf('message/rfc822', 'message', original.bytes)] : []),
  ]
  return Buffer.concat(composedMessage(
    [
      ['Date', dateTime(nowMs)],
      ['From', addressesValue([{ name: null, addresses: [{ name: identity.name === '' ? null : identity.name, email: identity.email }] }], 6)],
      ['To', addressesValue([{ name: null, addresses: [{ name: null, email: original.to }] }], 4)],
      ['Subject', textValue(subject, 9)],
      ['Message-ID', `<${randomBytes(18).toString('hex')}@${domain}>`],
      ...answered.flatMap((one) => (['In-Reply-To', 'References'] as const).map((name) => [name, idsValue([one], name.length + 2)] as const)),
      ['Auto-Submitted', 'auto-replied'],
    ],
    { is: 'multipart', type: parametersValue('multipart/report', ['report-type=disposition-notification']), fields: [], parts },
    () => `=_${randomBytes(18).toString('base64url')}`,
  ))
}

export const finalRecipientOf = (mdn: WishedMdn, { email }: Identity): string => mdn.finalRecipient ?? `rfc822; ${email}`

function* partsOf(part: Part): Generator<Part> {
  yield part
  for (const inner of part.parts) yield* partsOf(inner)
}

const modeOf = <T extends string>(allowed: readonly T[], word: string): T | undefined => allowed.find((one) => one === word.trim().toLowerCase())

/** The MDN that a message is, or undefined. Of several values of a field the first counts. */
export const parsedMdn = (message: Buffer): JsonObject | undefined => {
  const { root } = indexMessage(message)
  const parts = [...partsOf(root)]
  const report = parts.find(({ type, subtype }) => type === 'message' && subtype === 'disposition-notification')
  if (report === undefined) return undefined
  const bytes = message.subarray(report.bodyStart, report.bodyEnd)
  const fields = new Map(headerFields(bytes).toReversed().map((field) => [field.name, fieldText(bytes, field).trim()]))
  const [modes = '', type = ''] = (fields.get('disposition') ?? '').split(';', 2)
  const [action = '', sending = ''] = modes.split('/', 2)
  const [actionMode, sendingMode, kind] = [modeOf(actionModes, action), modeOf(sendingModes, sending), modeOf(dispositionTypes, type.split('/', 1)[0] ?? '')]
  const finalRecipient = fields.get('final-recipient')
  if (actionMode === undefined || sendingMode === undefined || kind === undefined || finalRecipient === undefined) return undefined
  const known = new Set(['disposition', 'final-recipient', 'original-recipient', 'original-message-id', 'reporting-ua', 'mdn-gateway', 'error'])
  const header = headerFields(message.subarray(0, root.bodyStart)).find(({ name }) => name === 'subject')
  const words = parts.find((part) => part.type === 'text' && part.subtype === 'plain')
  const others = [...fields].filter(([name]) => !known.has(name)).slice(0, extensionsMax)
  return {
    forEmailId: null,
    subject: header === undefined ? null : fieldText(message, header).trim(),
    textBody: words === undefined ? null : decodedText(words, message.subarray(words.bodyStart, words.bodyEnd)),
    includeOriginalMessage: parts.some((part) => part.type === 'message' && part.subtype === 'rfc822'),
    reportingUA: fields.get('reporting-ua') ?? null,
    disposition: { actionMode, sendingMode, type: kind },
    mdnGateway: fields.get('mdn-gateway') ?? null,
    originalRecipient: fields.get('original-recipient') ?? null,
    finalRecipient,
    originalMessageId: fields.get('original-message-id') ?? null,
    error: fields.has('error') ? [fields.get('error') ?? ''] : null,
    extensionFields: others.length === 0 ? null : Object.fromEntries(others),
  }
}
