/** What the composer asks of the server: drafts, sending, taking back. Each a single request, so that no step of it can be left out. */
import { accountId, resource } from '../jmap/account.ts'
import { batch, call, resultOf } from '../jmap/client.ts'
import { errorType } from '../jmap/errors.ts'
import type { GetAnswer, Mailbox, QueryAnswer, SetAnswer, SetError } from '../jmap/types.ts'
import type { SaveAnswer } from './draft-keeper.ts'
import type { Draft } from './draft.ts'
import { draftEmail, draftProperties, outgoingEmail } from './draft.ts'
import type { AnsweredEmail } from './opening.ts'
import { withoutDoubles, type Address } from './address.ts'
import { takeNoticeAway } from './send-notices.ts'
import { holdParameters } from './timing.ts'

const submissionCapability = 'urn:ietf:params:jmap:submission'
const mailCapability = 'urn:ietf:params:jmap:mail'

const accountLimit = (capability: string, name: string, otherwise: number): number => {
  const said = resource.value?.accounts[accountId()]?.accountCapabilities[capability]?.[name]
  return typeof said === 'number' ? said : otherwise
}

/** 0: this account cannot hold mail back. */
export const delayMaxSeconds = (): number => accountLimit(submissionCapability, 'maxDelayedSend', 0)
/** Octets of all attachments of one message together (RFC 8621 section 1.3.1). */
export const attachmentsBytesMax = (): number => accountLimit(mailCapability, 'maxSizeAttachmentsPerEmail', 25_000_000)

let roles: Promise<ReadonlyMap<string, string>> | undefined

/** Ids of mailboxes by role; asked for again when one is missing, since another client may have made it since. */
export const mailboxOf = async (role: 'drafts' | 'sent'): Promise<string | undefined> => {
  roles ??= call<GetAnswer<Mailbox>>('Mailbox/get', { ids: null, properties: ['id', 'role'] }).then(
    ({ list }) => new Map(list.flatMap(({ id, role: has }) => (has === null ? [] : [[has, id] as const]))),
  )
  try {
    const found = (await roles).get(role)
    if (found === undefined) roles = undefined
    return found
  } catch (error) {
    roles = undefined
    throw error
  }
}

const draftsId = async (): Promise<string> => {
  const found = await mailboxOf('drafts')
  if (found !== undefined) return found
  const made = await call<SetAnswer<{ id: string }>>('Mailbox/set', { create: { d: { name: 'Drafts', role: 'drafts' } } })
  roles = undefined
  return made.created?.['d']?.id ?? (await mailboxOf('drafts')) ?? ''
}

const whyOf = (error: SetError | undefined): 'overQuota' | 'tooLarge' | 'other' =>
  error?.type === 'overQuota' ? 'overQuota' : error?.type === 'tooLarge' || error?.type === 'maxQuotaReached' ? 'tooLarge' : 'other'

/** Attempts to save whose answer was lost, by Message-ID. */
const lost = new Map<string, string>()

/** Did the attempt whose answer was lost arrive? Its id then. */
const arrived = async (attempt: string): Promise<string | undefined> => {
  const { ids } = await call<QueryAnswer>('Email/query', { filter: { header: ['X-Bulkhead-Attempt', attempt] }, limit: 1 })
  return ids[0]
}

export const saveDraft = async (draft: Draft, previousId: string | null): Promise<SaveAnswer> => {
  const attempt = crypto.randomUUID()
  try {
    const before = lost.get(draft.messageId)
    const replaces = (before === undefined ? undefined : await arrived(before)) ?? previousId
    const destroy = replaces === null ? {} : { destroy: [replaces] }
    const email = draftEmail(draft, await draftsId(), attempt, new Date())
    lost.set(draft.messageId, attempt)
    const answer = await call<SetAnswer<{ id: string }>>('Email/set', { create: { d: email }, ...destroy })
    lost.delete(draft.messageId)
    const made = answer.created?.['d']
    if (made === undefined) return { is: 'refused', why: whyOf(answer.notCreated?.['d']) }
    return { is: 'saved', emailId: made.id, previousGone: replaces !== null && answer.notDestroyed?.[replaces]?.type === 'notFound' }
  } catch (error) {
    const type = errorType(error)
    if (type !== 'unreachable') lost.delete(draft.messageId)
    if (['unreachable', 'serverUnavailable', 'rateLimit'].includes(type)) return { is: 'offline' }
    return { is: 'refused', why: type === 'tooLarge' ? 'tooLarge' : 'other' }
  }
}

export const destroyDraft = async (emailId: string): Promise<void> => {
  await call<SetAnswer>('Email/set', { destroy: [emailId] })
}

/** `sharedId`: the account it is in; null: the own one. */
export const emailOf = async (id: string, sharedId: string | null): Promise<AnsweredEmail> => {
  const properties = [...draftProperties, 'sentAt', 'receivedAt', 'blobId', 'size']
  const bodyProperties = ['partId', 'blobId', 'type', 'name', 'size', 'cid', 'disposition']
  const account = sharedId === null ? {} : { accountId: sharedId }
  const args = { ...account, ids: [id], properties, bodyProperties, fetchTextBodyValues: true, fetchHTMLBodyValues: true }
  const { list } = await call<GetAnswer<Omit<AnsweredEmail, 'accountId'>>>('Email/get', args)
  const found = list[0]
  if (found === undefined) throw new Error('the message is no longer there')
  return { ...found, accountId: sharedId }
}

export type Hold = { readonly seconds: number } | { readonly until: Date }

export type SendAnswer =
  | { readonly is: 'sent'; readonly submissionId: string; readonly emailId: string }
  /** `emailId`: the copy that now stands in Drafts in place of the one before, where there is one. */
  | { readonly is: 'refused'; readonly type: string; readonly recipients: readonly string[]; readonly emailId: string | null }
  /** The answer was lost and the server cannot be asked. */
  | { readonly is: 'unknown' }

const envelopeOf = (draft: Draft, hold: Hold) => ({
  mailFrom: { email: draft.from?.email ?? '', parameters: holdParameters(hold) },
  rcptTo: withoutDoubles([...draft.to, ...draft.cc, ...draft.bcc]).map(({ email }) => ({ email, parameters: null })),
})

const asSent = (drafts: string, sent: string | undefined) => ({
  'keywords/$draft': null,
  ...(sent === undefined ? {} : { [`mailboxIds/${drafts}`]: null, [`mailboxIds/${sent}`]: true }),
})

const invalidRecipients = (error: SetError | undefined): string[] =>
  error !== undefined && 'invalidRecipients' in error && Array.isArray(error.invalidRecipients) ? error.invalidRecipients.map(String) : []

/** After a lost answer: was it sent? By Message-ID, since the new copy's id was in the answer. */
const wasSent = async (messageId: string): Promise<SendAnswer> => {
  try {
    const { ids } = await call<QueryAnswer>('Email/query', { filter: { header: ['Message-ID', messageId] }, limit: 10 })
    const { list } = await call<GetAnswer<{ id: string; emailId: string; undoStatus: string }>>('EmailSubmission/get', {
      ids: null, properties: ['id', 'emailId', 'undoStatus'],
    })
    // One that a crash of the server left behind is canceled: nothing was sent.
    const found = list.find(({ emailId, undoStatus }) => ids.includes(emailId) && undoStatus !== 'canceled')
    if (found !== undefined) return { is: 'sent', submissionId: found.id, emailId: found.emailId }
    return { is: 'refused', type: 'unreachable', recipients: [], emailId: ids[0] ?? null }
  } catch {
    return { is: 'unknown' }
  }
}

/** The message is made anew without notes of ours, submitted, and filed under Sent when that succeeded. */
export const sendDraft = async (draft: Draft, previousId: string | null, hold: Hold): Promise<SendAnswer> => {
  const places = await Promise.all([draftsId(), mailboxOf('sent')]).catch(errorType)
  if (typeof places === 'string') return { is: 'refused', type: places, recipients: [], emailId: null }
  const [drafts, sent] = places
  const create = { out: outgoingEmail(draft, drafts, new Date()) }
  const submission = { identityId: draft.identityId, emailId: '#out', envelope: envelopeOf(draft, hold) }
  try {
    const [made, submitted] = await batch<readonly [SetAnswer<{ id: string }>, SetAnswer<{ id: string }>]>([
      ['Email/set', { create, ...(previousId === null ? {} : { destroy: [previousId] }) }],
      ['EmailSubmission/set', { create: { s: submission }, onSuccessUpdateEmail: { '#s': asSent(drafts, sent) } }],
    ])
    const emailId = made.created?.['out']?.id
    if (emailId === undefined) return { is: 'refused', type: made.notCreated?.['out']?.type ?? 'serverFail', recipients: [], emailId: null }
    const submissionId = submitted.created?.['s']?.id
    const error = submitted.notCreated?.['s']
    if (submissionId === undefined) return { is: 'refused', type: error?.type ?? 'serverFail', recipients: invalidRecipients(error), emailId }
    return { is: 'sent', submissionId, emailId }
  } catch (error) {
    if (errorType(error) === 'unreachable') return wasSent(draft.messageId)
    return { is: 'refused', type: errorType(error), recipients: [], emailId: null }
  }
}

/** Takes a message back that has not gone yet; it is a draft again. False: it has gone. */
export const takeBack = async (submissionId: string): Promise<boolean> => {
  const [drafts, sent] = [await draftsId(), await mailboxOf('sent')]
  const asDraft = {
    'keywords/$draft': true, [`mailboxIds/${drafts}`]: true,
    ...(sent === undefined ? {} : { [`mailboxIds/${sent}`]: null }),
  }
  const update = { [submissionId]: { undoStatus: 'canceled' } }
  const answer = await call<SetAnswer>('EmailSubmission/set', { update, onSuccessUpdateEmail: { [submissionId]: asDraft } })
  const taken = Object.hasOwn(answer.updated ?? {}, submissionId)
  if (taken) takeNoticeAway(submissionId)
  return taken
}

export interface ScheduledMessage {
  readonly submissionId: string
  readonly emailId: string
  readonly sendAt: Date
  readonly subject: string
  readonly to: readonly Address[]
}

/** Shown at most; nobody schedules more by hand. */
const scheduledMax = 200

/** What has not gone yet, soonest first. */
export const scheduledMessages = async (): Promise<ScheduledMessage[]> => {
  const [, { list }] = await batch<readonly [QueryAnswer, GetAnswer<{ id: string; emailId: string; sendAt: string }>]>([
    ['EmailSubmission/query', { filter: { undoStatus: 'pending' }, sort: [{ property: 'sentAt', isAscending: true }], limit: scheduledMax }],
    ['EmailSubmission/get', { '#ids': resultOf(0, 'EmailSubmission/query', '/ids'), properties: ['id', 'emailId', 'sendAt'] }],
  ])
  if (list.length === 0) return []
  const properties = ['id', 'subject', 'to', 'cc', 'bcc']
  const { list: emails } = await call<GetAnswer<{ id: string; subject: string | null; to: Address[] | null; cc: Address[] | null; bcc: Address[] | null }>>(
    'Email/get', { ids: [...new Set(list.map(({ emailId }) => emailId))], properties },
  )
  const byId = new Map(emails.map((email) => [email.id, email]))
  return list
    .flatMap(({ id, emailId, sendAt }) => {
      const email = byId.get(emailId)
      if (email === undefined) return []
      const to = [...(email.to ?? []), ...(email.cc ?? []), ...(email.bcc ?? [])]
      return [{ submissionId: id, emailId, sendAt: new Date(sendAt), subject: email.subject ?? '', to }]
    })
    .toSorted((a, b) => a.sendAt.getTime() - b.sendAt.getTime())
}
