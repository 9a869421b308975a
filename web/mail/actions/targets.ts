/** What an action is for: messages that were chosen, or all of a list, of which most are not here. */
import { batch, call, resultOf } from '../jmap/client.ts'
import type { Args, GetAnswer, Id, QueryAnswer } from '../jmap/types.ts'
import { accountOfEmail } from '../store/account-of-email.ts'
import { knownRow } from '../store/emails.ts'
import type { Patchable } from '../store/patch.ts'

export type Target =
  /** `within`: only those that are in this mailbox, as of a conversation whose answers lie among what was sent. */
  { readonly is: 'these'; readonly ids: readonly Id[]; readonly within?: Id }
  | { readonly is: 'all'; readonly accountId: Id; readonly filter: Args | null }

/** What is chosen is of one list, and so of one account. */
export const accountOfTarget = (target: Target): Id => (target.is === 'all' ? target.accountId : accountOfEmail(target.ids[0] ?? ''))

const properties = ['id', 'mailboxIds', 'keywords']
/** Of one answer: below 60 KB. */
const idsAtOnce = 250
/** No account has more; what is beyond waits for the next time. */
const idsMax = 200_000

const readFacts = async (accountId: Id, ids: readonly Id[]): Promise<readonly Patchable[]> => {
  const found: Patchable[] = ids.flatMap((id) => knownRow(id) ?? [])
  const missing = ids.filter((id) => knownRow(id) === undefined)
  for (let at = 0; at < missing.length; at += idsAtOnce) {
    const asked = { accountId, ids: missing.slice(at, at + idsAtOnce), properties }
    found.push(...(await call<GetAnswer<Patchable>>('Email/get', asked)).list)
  }
  return found
}

const both = (filter: Args | null, more: Args | null): Args | null =>
  filter === null || more === null ? (filter ?? more) : { operator: 'AND', conditions: [filter, more] }

/**
 * Mailboxes and keywords of all of them, read in parts. `need` leaves out those for which nothing is to be done (`notKeyword:
 * $seen` for marking read), so that a mailbox of read mail costs nothing.
 */
export const factsOf = async (target: Target, need: Args | null, onPart: (found: number, total: number) => boolean): Promise<readonly Patchable[]> => {
  if (target.is === 'these') {
    const { ids, within } = target
    const facts = await readFacts(accountOfTarget(target), ids)
    return within === undefined ? facts : facts.filter(({ mailboxIds }) => mailboxIds[within] === true)
  }
  const found: Patchable[] = []
  const { accountId } = target
  const filter = both(target.filter, need)
  const sort = [{ property: 'receivedAt', isAscending: false }]
  for (let anchor: Id | undefined; found.length < idsMax; ) {
    const place: Args = anchor === undefined ? { position: 0 } : { anchor, anchorOffset: 1 }
    const [{ ids, total = 0 }, { list }] = await batch<readonly [QueryAnswer, GetAnswer<Patchable>]>([
      ['Email/query', { accountId, filter, sort, ...place, limit: idsAtOnce, calculateTotal: anchor === undefined }],
      ['Email/get', { accountId, '#ids': resultOf(0, 'Email/query', '/ids'), properties }],
    ])
    found.push(...list)
    anchor = ids.at(-1)
    if (anchor === undefined || ids.length < idsAtOnce || !onPart(found.length, total)) break
  }
  return found
}
