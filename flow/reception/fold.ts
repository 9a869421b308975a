/**
 * From what became of each account to the replies for each recipient, and who has to be told by a report. Pure.
 *
 * The gate has one answer for its client, so here a single fault makes all answers temporary: the sender comes again
 * with the whole message, and the accounts that have it know it by its digest. Nothing is acknowledged that is not
 * stored, and nothing is stored twice. A courier hears of each recipient by itself, and reports itself.
 */
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { Reply } from '@bulkhead/wire/smtp/reply.ts'
import { ok, refusalReplies } from './replies.ts'
import type { NotifyWhen, Recipient, ReceptionCaller } from './session.ts'

/**
 * `discarded`: as its recipient wants it; `forwarded`: sent on, and not kept here; `rejected`: as its recipient wants it too, and
 * the sender hears of it.
 */
export type Stored = 'stored' | 'overQuota' | 'gone' | 'fault' | 'discarded' | 'forwarded' | 'rejected'

/** What the sender hears by mail. */
export interface Reported {
  readonly recipient: Recipient
  readonly why: 'delivered' | 'overQuota' | 'gone' | 'rejected'
}

export interface Folded {
  /** One for each recipient, in order. */
  readonly replies: readonly Reply[]
  /** Refused while others were stored, and those of whose delivery the sender asked to hear (RFC 3461 section 4.1). */
  readonly reported: readonly Reported[]
  /** Who forgets the digest when the answer has arrived; empty where the answer makes the sender come again. */
  readonly acknowledged: readonly AccountHandle[]
}

const refusalOf = {
  overQuota: refusalReplies.overQuota, gone: refusalReplies.noSuchRecipient, fault: refusalReplies.away, rejected: refusalReplies.rejected,
} as const

const taken = (stored: Stored | undefined): boolean => stored === 'stored' || stored === 'discarded' || stored === 'forwarded'

export const replyFor = (stored: Stored, id: string): Reply =>
  stored === 'stored' || stored === 'discarded' || stored === 'forwarded' ? ok('2.0.0', `Stored as ${id}`) : refusalOf[stored]

export interface Delivered {
  readonly recipients: readonly Recipient[]
  readonly stored: ReadonlyMap<AccountHandle, Stored>
  /** For those that are rejected. */
  readonly rejections: ReadonlyMap<AccountHandle, Reply>
  readonly id: string
}

const each = ({ recipients, stored, rejections, id }: Delivered): readonly Reply[] =>
  recipients.map(({ account }) => rejections.get(account) ?? replyFor(stored.get(account) ?? 'fault', id))

export const allAway = (recipients: readonly Recipient[]): Folded => ({
  replies: recipients.map(() => refusalReplies.away),
  reported: [],
  acknowledged: [],
})

const storedAccounts = ({ stored }: Delivered): readonly AccountHandle[] =>
  [...stored].filter(([, what]) => what === 'stored').map(([account]) => account)

const asksFor = ({ notify }: Recipient, event: NotifyWhen): boolean => notify?.includes(event) ?? event === 'failure'

const deliveredTo = ({ recipients, stored }: Delivered): readonly Reported[] =>
  recipients
    .filter((recipient) => stored.get(recipient.account) === 'stored' && asksFor(recipient, 'success'))
    .map((recipient) => ({ recipient, why: 'delivered' }))

const forGate = (delivered: Delivered): Folded => {
  const { recipients, stored, id } = delivered
  const acknowledged = storedAccounts(delivered)
  if (recipients.some(({ account }) => (stored.get(account) ?? 'fault') === 'fault')) return allAway(recipients)
  if (!recipients.some(({ account }) => taken(stored.get(account)))) return { replies: each(delivered), reported: [], acknowledged }
  const failed = recipients.flatMap((recipient): readonly Reported[] => {
    const what = stored.get(recipient.account)
    return what === 'overQuota' || what === 'gone' || what === 'rejected' ? [{ recipient, why: what }] : []
  })
  const refused = new Set(failed.map(({ recipient }) => recipient))
  const reported = [...failed.filter(({ recipient }) => asksFor(recipient, 'failure')), ...deliveredTo(delivered)]
  const replies = recipients.map((recipient) =>
    refused.has(recipient) ? ok('2.0.0', 'Taken; could not be stored here, which a report says') : replyFor('stored', id),
  )
  return { replies, reported, acknowledged }
}

const ways: Readonly<Record<ReceptionCaller, (delivered: Delivered) => Folded>> = {
  gate: forGate,
  courier: (delivered) => ({ replies: each(delivered), reported: [], acknowledged: storedAccounts(delivered) }),
}

export const fold = (caller: ReceptionCaller, delivered: Delivered): Folded => ways[caller](delivered)
