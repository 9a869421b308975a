/** Which properties of an Email and of its parts are wanted (RFC 8621 sections 4.1 and 4.2). */
import { MethodFailure } from '../errors.ts'
import { headerProperty } from '../header-property.ts'
import { boolean, listOf, optional, orNull, text, unsignedInt, type Read } from '../readers.ts'
import type { HeaderWish } from './header-forms.ts'

/** Header fields that have a property of their own (section 4.1.3). */
const headerProperties = {
  messageId: { field: 'message-id', form: 'MessageIds', all: false },
  inReplyTo: { field: 'in-reply-to', form: 'MessageIds', all: false },
  references: { field: 'references', form: 'MessageIds', all: false },
  sender: { field: 'sender', form: 'Addresses', all: false },
  from: { field: 'from', form: 'Addresses', all: false },
  to: { field: 'to', form: 'Addresses', all: false },
  cc: { field: 'cc', form: 'Addresses', all: false },
  bcc: { field: 'bcc', form: 'Addresses', all: false },
  replyTo: { field: 'reply-to', form: 'Addresses', all: false },
  subject: { field: 'subject', form: 'Text', all: false },
  sentAt: { field: 'date', form: 'Date', all: false },
} as const satisfies Readonly<Record<string, HeaderWish>>

const metaProperties = ['id', 'blobId', 'threadId', 'mailboxIds', 'keywords', 'size', 'receivedAt'] as const
const bodyPropertiesOfEmail = ['hasAttachment', 'preview', 'bodyValues', 'textBody', 'htmlBody', 'attachments'] as const
const emailProperties: readonly string[] = [...metaProperties, ...Object.keys(headerProperties), ...bodyPropertiesOfEmail, 'headers', 'bodyStructure']
export const emailDefaults: readonly string[] = [...metaProperties, ...Object.keys(headerProperties), ...bodyPropertiesOfEmail]

const partProperties: readonly string[] = [
  'partId', 'blobId', 'size', 'headers', 'name', 'type', 'charset', 'disposition', 'cid', 'language', 'location', 'subParts',
]
const partDefaults: readonly string[] = ['partId', 'blobId', 'size', 'name', 'type', 'charset', 'disposition', 'cid', 'language', 'location']

const propertiesMax = 200

/** Arguments that Email/get and Email/parse have beside `properties`. */
export const bodyArguments = {
  bodyProperties: orNull(listOf(text(1_024), propertiesMax)),
  fetchTextBodyValues: optional(boolean, false),
  fetchHTMLBodyValues: optional(boolean, false),
  fetchAllBodyValues: optional(boolean, false),
  maxBodyValueBytes: optional(unsignedInt, 0),
} as const

export interface EmailWish {
  readonly properties: readonly string[]
  /** Those of `properties` that are header fields in some form. */
  readonly headers: ReadonlyMap<string, HeaderWish>
  readonly partProperties: readonly string[]
  readonly partHeaders: ReadonlyMap<string, HeaderWish>
  readonly bodyValues: { readonly text: boolean; readonly html: boolean; readonly all: boolean; /** Infinite: no limit. */ readonly bytesMax: number }
}

const headersOf = (properties: readonly string[], own: Readonly<Record<string, HeaderWish>>): ReadonlyMap<string, HeaderWish> =>
  new Map(properties.flatMap((property) => {
    const wish = Object.hasOwn(own, property) ? own[property] : headerProperty(property)
    return wish === undefined ? [] : [[property, wish] as const]
  }))

const requireKnown = (given: readonly string[], known: readonly string[], headers: ReadonlyMap<string, HeaderWish>, argument: string): void => {
  const unknown = given.find((property) => !known.includes(property) && !headers.has(property))
  if (unknown !== undefined) throw new MethodFailure('invalidArguments', `${argument}: ${unknown.slice(0, 100)} is not known`)
}

/** `properties`: as asked for, or the defaults. */
export const emailWish = (properties: readonly string[], more: Read<typeof bodyArguments>): EmailWish => {
  if (properties.length > propertiesMax) throw new MethodFailure('invalidArguments', 'properties: too many')
  const parts = more.bodyProperties ?? partDefaults
  const headers = headersOf(properties, headerProperties)
  const partHeaders = headersOf(parts, {})
  requireKnown(properties, emailProperties, headers, 'properties')
  requireKnown(parts, partProperties, partHeaders, 'bodyProperties')
  return {
    properties,
    headers,
    partProperties: parts,
    partHeaders,
    bodyValues: {
      text: more.fetchTextBodyValues,
      html: more.fetchHTMLBodyValues,
      all: more.fetchAllBodyValues,
      bytesMax: more.maxBodyValueBytes === 0 ? Number.POSITIVE_INFINITY : more.maxBodyValueBytes,
    },
  }
}
