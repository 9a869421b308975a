/** `header:{name}:as{Form}[:all]` (RFC 8621 sections 4.1.2, 4.1.3): which field of a header, in which form, the last one or all. */

export const headerForms = ['Raw', 'Text', 'Addresses', 'GroupedAddresses', 'MessageIds', 'Date', 'URLs'] as const
export type HeaderForm = (typeof headerForms)[number]

export interface HeaderProperty {
  /** As the client wrote it. */
  readonly name: string
  /** Lower case. */
  readonly field: string
  readonly form: HeaderForm
  readonly all: boolean
}

/** `ftext` of RFC 5322 section 3.6.8. */
const namePattern = /^[!-9;-~]{1,200}$/
const prefix = 'header:'

const addressFields = [
  'from', 'sender', 'reply-to', 'to', 'cc', 'bcc',
  'resent-from', 'resent-sender', 'resent-reply-to', 'resent-to', 'resent-cc', 'resent-bcc',
]
const textFields = ['subject', 'comments', 'keywords', 'list-id']
const idFields = ['message-id', 'in-reply-to', 'references', 'resent-message-id']
const dateFields = ['date', 'resent-date']
const urlFields = ['list-help', 'list-unsubscribe', 'list-subscribe', 'list-post', 'list-owner', 'list-archive']
const otherFields = ['received', 'return-path']

const fieldsOfForm = {
  Raw: [],
  Text: textFields,
  Addresses: addressFields,
  GroupedAddresses: addressFields,
  MessageIds: idFields,
  Date: dateFields,
  URLs: urlFields,
} as const satisfies Record<HeaderForm, readonly string[]>

/** Fields that RFC 5322 and RFC 2369 define; others may be read in any form. */
const defined: ReadonlySet<string> = new Set([...addressFields, ...textFields, ...idFields, ...dateFields, ...urlFields, ...otherFields])

export const isFormOf = (form: HeaderForm, field: string): boolean => {
  const fields: readonly string[] = fieldsOfForm[form]
  return form === 'Raw' || !defined.has(field) || fields.includes(field)
}

export const isHeaderProperty = (property: string): boolean => property.startsWith(prefix)

/** Undefined where it is none, or where its form is not one of that field. */
export const headerProperty = (property: string): HeaderProperty | undefined => {
  if (!isHeaderProperty(property)) return undefined
  const [name = '', ...rest] = property.slice(prefix.length).split(':', 4)
  const all = rest.at(-1) === 'all'
  const words = all ? rest.slice(0, -1) : rest
  const [word = 'asRaw'] = words
  const form = headerForms.find((one) => `as${one}` === word)
  const field = name.toLowerCase()
  if (words.length > 1 || form === undefined || !namePattern.test(name) || !isFormOf(form, field)) return undefined
  return { name, field, form, all }
}

/** The convenience properties of an Email (RFC 8621 section 4.1.3), each a field in a form. */
export const convenienceProperties = {
  messageId: 'header:Message-ID:asMessageIds',
  inReplyTo: 'header:In-Reply-To:asMessageIds',
  references: 'header:References:asMessageIds',
  sender: 'header:Sender:asAddresses',
  from: 'header:From:asAddresses',
  to: 'header:To:asAddresses',
  cc: 'header:Cc:asAddresses',
  bcc: 'header:Bcc:asAddresses',
  replyTo: 'header:Reply-To:asAddresses',
  subject: 'header:Subject:asText',
  sentAt: 'header:Date:asDate',
} as const
