/**
 * A message while it is written, and what the server keeps of it (RFC 8621 section 4.6). Pure. The body of a draft is
 * kept as both texts (HTML and plain) or as plain text alone; which of them was edited follows from that.
 */
import type { Address } from './address.ts'
import { readRecipients } from './address.ts'

/** A part already on the server: an upload, or a part of an answered message. */
export interface DraftPart {
  readonly blobId: string
  readonly type: string
  readonly name: string
  readonly size: number
  /** Shown inside the text; else attached. Angle brackets are left out. */
  readonly cid: string | null
}

export interface Draft {
  /** Stays while the message is written, on every device: how two copies are known for one draft. Without angle brackets. */
  readonly messageId: string
  readonly identityId: string | null
  readonly from: Address | null
  readonly to: readonly Address[]
  readonly cc: readonly Address[]
  readonly bcc: readonly Address[]
  /** Of the identity; answers go there. */
  readonly replyTo: readonly Address[]
  /** Typed into the field of To and not yet an address; kept so that nothing typed is lost. */
  readonly unfinished: string
  readonly subject: string
  readonly text: string
  /** null: a plain message. */
  readonly html: string | null
  readonly parts: readonly DraftPart[]
  readonly inReplyTo: readonly string[] | null
  readonly references: readonly string[] | null
  /** The answered or forwarded message, marked `$answered` or `$forwarded` when this one goes. `accountId`: of a shared mailbox; null: the own account. */
  readonly answers: { readonly emailId: string; readonly as: '$answered' | '$forwarded'; readonly accountId: string | null } | null
}

export const emptyDraft = (messageId: string): Draft => ({
  messageId, identityId: null, from: null, to: [], cc: [], bcc: [], replyTo: [], unfinished: '', subject: '', text: '', html: null, parts: [],
  inReplyTo: null, references: null, answers: null,
})

/** Nothing a person would miss: such a draft is never saved. */
export const isBlank = (draft: Draft, untouched: Draft): boolean =>
  draft.subject === untouched.subject &&
  draft.text.trim() === untouched.text.trim() &&
  draft.parts.length === untouched.parts.length &&
  draft.unfinished.trim() === '' &&
  recipientCount(draft) === recipientCount(untouched)

export const attachedBytes = (draft: Draft): number => draft.parts.reduce((sum, { size }) => sum + size, 0)

export const recipientCount = ({ to, cc, bcc }: Draft): number => to.length + cc.length + bcc.length

/** Header fields of ours on a draft. They never leave: the message that is sent is created without them. */
export const unfinishedHeader = 'header:X-Bulkhead-Unfinished:asText'
export const answersHeader = 'header:X-Bulkhead-Answers:asText'
/** Names one attempt to save: after a broken connection it tells whether that attempt arrived. */
export const attemptHeader = 'header:X-Bulkhead-Attempt:asText'

export type EmailCreate = Readonly<Record<string, unknown>>

const partOf = ({ blobId, type, name, cid }: DraftPart) =>
  ({ blobId, type, name: name === '' ? null : name, disposition: cid === null ? 'attachment' : 'inline', cid })

const usedIn = (html: string | null, { cid }: DraftPart): boolean =>
  cid === null || (html?.includes(`cid:${encodeURIComponent(cid).replace(/%40/gu, '@')}`) ?? false)

const addresses = (list: readonly Address[]) => (list.length === 0 ? null : list)

const common = (draft: Draft, sentAt: Date) => ({
  from: draft.from === null ? null : [draft.from],
  to: addresses(draft.to),
  cc: addresses(draft.cc),
  bcc: addresses(draft.bcc),
  replyTo: addresses(draft.replyTo),
  subject: draft.subject,
  sentAt: sentAt.toISOString().replace(/\.\d{3}Z$/u, 'Z'),
  messageId: [draft.messageId],
  inReplyTo: draft.inReplyTo,
  references: draft.references,
})

const bodies = (draft: Draft) => ({
  textBody: [{ partId: 'text', type: 'text/plain' }],
  ...(draft.html === null ? {} : { htmlBody: [{ partId: 'html', type: 'text/html' }] }),
  bodyValues: { text: { value: draft.text }, ...(draft.html === null ? {} : { html: { value: draft.html } }) },
})

const withoutNulls = (email: Record<string, unknown>): EmailCreate => Object.fromEntries(Object.entries(email).filter(([, value]) => value !== null))

const answersText = ({ as, emailId, accountId }: NonNullable<Draft['answers']>): string => [as, emailId, ...(accountId === null ? [] : [accountId])].join(' ')

/** The argument of Email/set create for a saved draft. Pictures cut from the text stay until it is sent: undo may bring them back. */
export const draftEmail = (draft: Draft, draftsId: string, attempt: string, now: Date): EmailCreate => withoutNulls({
  mailboxIds: { [draftsId]: true },
  keywords: { $draft: true, $seen: true },
  ...common(draft, now),
  ...bodies(draft),
  attachments: draft.parts.map(partOf),
  [attemptHeader]: attempt,
  [unfinishedHeader]: draft.unfinished === '' ? null : draft.unfinished,
  [answersHeader]: draft.answers === null ? null : answersText(draft.answers),
})

/** The message as it goes out: without pictures that no text shows any more, and without notes of ours. */
export const outgoingEmail = (draft: Draft, draftsId: string, now: Date): EmailCreate => withoutNulls({
  mailboxIds: { [draftsId]: true },
  keywords: { $draft: true, $seen: true },
  ...common(draft, now),
  ...bodies(draft),
  attachments: draft.parts.filter((part) => usedIn(draft.html, part)).map(partOf),
})

/** What Email/get is asked for to open a draft again. */
export const draftProperties = [
  'id', 'messageId', 'from', 'to', 'cc', 'bcc', 'replyTo', 'subject', 'inReplyTo', 'references',
  'textBody', 'htmlBody', 'attachments', 'bodyValues', unfinishedHeader, answersHeader,
] as const

export interface EmailPart {
  readonly partId: string | null
  readonly blobId: string | null
  readonly type: string
  readonly name: string | null
  readonly size: number
  readonly cid: string | null
  readonly disposition: string | null
}

/** As Email/get gives it with `fetchAllBodyValues`. */
export interface StoredEmail {
  readonly id: string
  readonly messageId: readonly string[] | null
  readonly from: readonly Address[] | null
  readonly to: readonly Address[] | null
  readonly cc: readonly Address[] | null
  readonly bcc: readonly Address[] | null
  readonly replyTo?: readonly Address[] | null
  readonly subject: string | null
  readonly inReplyTo: readonly string[] | null
  readonly references: readonly string[] | null
  readonly textBody: readonly EmailPart[]
  readonly htmlBody: readonly EmailPart[]
  readonly attachments: readonly EmailPart[]
  readonly bodyValues: Readonly<Record<string, { readonly value: string; readonly isTruncated?: boolean }>>
  readonly [unfinishedHeader]?: string | null
  readonly [answersHeader]?: string | null
}

const valueOf = (email: StoredEmail, parts: readonly EmailPart[], type: string): string | null => {
  const values = parts.filter((part) => part.type === type && part.partId !== null).map(({ partId }) => email.bodyValues[partId ?? '']?.value ?? '')
  return values.length === 0 ? null : values.join('\n')
}

/** The server gave a part of a text only: what is made of it would lose the rest. */
export const isCut = ({ bodyValues }: StoredEmail): boolean => Object.values(bodyValues).some(({ isTruncated }) => isTruncated === true)

export const textOf = (email: StoredEmail): string => (valueOf(email, email.textBody, 'text/plain') ?? '').replace(/\r\n/gu, '\n')
export const htmlOf = (email: StoredEmail): string | null => valueOf(email, email.htmlBody, 'text/html')

export const partsOf = (email: StoredEmail): DraftPart[] =>
  email.attachments.filter(({ blobId }) => blobId !== null).map(({ blobId, type, name, size, cid, disposition }) =>
    ({ blobId: blobId ?? '', type, name: name ?? '', size, cid: disposition === 'inline' || (disposition === null && cid !== null) ? cid : null }))

const answersOf = (text: string | null | undefined): Draft['answers'] => {
  const found = /^(\$answered|\$forwarded) ([A-Za-z0-9_-]{1,255})(?: ([A-Za-z0-9_-]{1,255}))?$/u.exec(text?.trim() ?? '')
  return found === null ? null : { as: found[1] === '$answered' ? '$answered' : '$forwarded', emailId: found[2] ?? '', accountId: found[3] ?? null }
}

/** A draft as it was left. `newId`: for messages that came without a Message-ID. */
export const draftOfEmail = (email: StoredEmail, newId: string): Draft => ({
  messageId: email.messageId?.[0] ?? newId,
  identityId: null,
  from: email.from?.[0] ?? null,
  to: email.to ?? [],
  cc: email.cc ?? [],
  bcc: email.bcc ?? [],
  replyTo: email.replyTo ?? [],
  unfinished: email[unfinishedHeader] ?? '',
  subject: email.subject ?? '',
  text: textOf(email),
  html: htmlOf(email),
  parts: partsOf(email),
  inReplyTo: email.inReplyTo,
  references: email.references,
  answers: answersOf(email[answersHeader]),
})

/** `mailto:` of a link or of the browser (RFC 6068); only fields that cannot surprise. */
export const draftOfMailto = (href: string, base: Draft): Draft => {
  const found = /^mailto:([^?]*)(?:\?(.*))?$/isu.exec(href)
  if (found === null) return base
  const decoded = (text: string): string => {
    try { return decodeURIComponent(text) } catch { return text }
  }
  const fields = new Map((found[2] ?? '').split('&').map((pair) => {
    const equals = pair.indexOf('=')
    return [pair.slice(0, Math.max(0, equals)).toLowerCase(), decoded(pair.slice(equals + 1))] as const
  }))
  const people = (text: string) => readRecipients(text).addresses
  return {
    ...base,
    to: [...people(decoded(found[1] ?? '')), ...people(fields.get('to') ?? '')],
    cc: people(fields.get('cc') ?? ''),
    subject: (fields.get('subject') ?? '').replace(/[\r\n]+/gu, ' '),
    text: (fields.get('body') ?? '').replace(/\r\n/gu, '\n') + base.text,
  }
}
