/**
 * Who a reply goes to, what it is called and which thread it belongs to (RFC 5322 sections 3.6.3 to 3.6.5, RFC 8621
 * section 4.1). Pure: the message as JMAP gave it in, the fields of the new one out.
 */
import type { Address } from './address.ts'
import { addressKey, withoutDoubles } from './address.ts'

export interface AnsweredMessage {
  readonly messageId: readonly string[] | null
  readonly inReplyTo: readonly string[] | null
  readonly references: readonly string[] | null
  readonly from: readonly Address[] | null
  readonly replyTo: readonly Address[] | null
  readonly to: readonly Address[] | null
  readonly cc: readonly Address[] | null
  readonly bcc: readonly Address[] | null
  readonly subject: string | null
}

export type ReplyKind = 'reply' | 'replyAll'

export interface Recipients {
  readonly to: readonly Address[]
  readonly cc: readonly Address[]
  readonly bcc: readonly Address[]
}

/** Longer threads keep their first message and the newest ones, so that the line stays readable for every server. */
export const referencesMax = 40

const list = (addresses: readonly Address[] | null): readonly Address[] => addresses ?? []

/** `own`: every address of the person's identities. An answer to one's own message goes to those it went to. */
export const replyRecipients = (message: AnsweredMessage, kind: ReplyKind, own: readonly string[]): Recipients => {
  const mine = new Set(own.map(addressKey))
  const isMine = ({ email }: Address) => mine.has(addressKey(email))
  const authors = list(message.replyTo).length > 0 ? list(message.replyTo) : list(message.from)
  const sentByMe = list(message.from).some(isMine)
  const first = sentByMe ? list(message.to) : authors
  if (kind === 'reply') return { to: withoutDoubles(first.length > 0 ? first : authors), cc: [], bcc: [] }
  const taken = new Set<string>()
  const others = (addresses: readonly Address[]) => withoutDoubles(addresses.filter((one) => !isMine(one)), taken)
  const to = others([...first, ...list(message.to)])
  const cc = others(list(message.cc))
  const bcc = sentByMe ? others(list(message.bcc)) : []
  if (to.length > 0) return { to, cc, bcc }
  // A note to oneself, or one whose only visible recipients are copies.
  return cc.length > 0 ? { to: cc, cc: [], bcc } : { to: withoutDoubles(first), cc: [], bcc }
}

/** The identity's address a reply is written from: the one that was written to, else the first. */
export const replyFrom = (message: AnsweredMessage, own: readonly string[]): string | undefined => {
  const seen = [...list(message.to), ...list(message.cc), ...list(message.bcc), ...list(message.from)].map(({ email }) => addressKey(email))
  return seen.flatMap((key) => own.filter((address) => addressKey(address) === key))[0] ?? own[0]
}

/** RFC 5322 section 3.6.4. */
export const threadFields = (message: AnsweredMessage): { readonly inReplyTo: readonly string[] | null; readonly references: readonly string[] | null } => {
  const id = message.messageId?.[0]
  if (id === undefined) return { inReplyTo: null, references: null }
  const parents = message.references ?? (message.inReplyTo?.length === 1 ? message.inReplyTo : [])
  const all = [...parents.filter((one) => one !== id), id]
  const kept = all.length <= referencesMax ? all : [...all.slice(0, 1), ...all.slice(-(referencesMax - 1))]
  return { inReplyTo: [id], references: kept }
}

const replyPrefix = /^(?:\s*(?:re|aw|sv|ｒｅ|ＲＥ|Ｒｅ|返信|回答)\s*(?:\[\d{1,3}\]|\^\d{1,3})?\s*[:：])+\s*/iu
const forwardPrefix = /^(?:\s*(?:fwd?|wg|ＦＷ|Ｆｗ|転送)\s*(?:\[\d{1,3}\])?\s*[:：])+\s*/iu

/** One `Re:`, however many stood there; other mail programs thread by it. */
export const replySubject = (subject: string | null): string => `Re: ${(subject ?? '').replace(replyPrefix, '')}`.trimEnd()

export const forwardSubject = (subject: string | null): string => `Fwd: ${(subject ?? '').replace(forwardPrefix, '')}`.trimEnd()
