/**
 * Email/query (RFC 8621 section 4.4). With `urn:bulkhead:jmap:webmail` it takes `patienceMs`: a search that takes longer answers with what it
 * found of the window so far, its `total` what was found so far, and says `isPartial`. Asked again it goes on where it was. While nothing
 * was found it looks on for a few times as long: an answer without rows shows nothing, and asking anew is what would take time.
 */
import { messageOfEmail } from '@bulkhead/mail/email/ids.ts'
import { findEmails, placeIn } from '@bulkhead/mail/email/query.ts'
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { MethodFailure } from '@bulkhead/wire/jmap/errors.ts'
import type { Comparator } from '@bulkhead/wire/jmap/filter.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { emailCondition, emailSorts, keywordSorts, type EmailSort } from '@bulkhead/wire/jmap/mail/email-filter.ts'
import { queryAnswer, queryArguments, windowStart, type QueryArguments } from '@bulkhead/wire/jmap/query.ts'
import { boolean, optional, orNull, unsignedInt } from '@bulkhead/wire/jmap/readers.ts'
import { stateText } from '@bulkhead/wire/jmap/state.ts'
import type { SearchPorts } from '@bulkhead/mail/search/ports.ts'
import { answer, type Method, type MethodContext } from '../method.ts'

export const emailQueryKind = {
  condition: emailCondition,
  sort: emailSorts,
  more: { collapseThreads: optional(boolean, false) },
} as const

export const searchPorts = ({ account, gone }: Pick<MethodContext, 'account' | 'gone'>): SearchPorts => ({ account, gone, progress: () => undefined })

/** Section 4.4.2: sorts by keyword name one. */
export const requireKeywords = (sort: readonly Comparator<EmailSort>[]): void => {
  if (sort.some(({ property, keyword }) => keywordSorts.includes(property) && (keyword ?? '') === '')) {
    throw new MethodFailure('invalidArguments', 'sort: a keyword is wanted')
  }
}

/** How much of the result has to be known: to the end of the window, where nothing else is asked about. */
const reachOf = ({ position, anchor, calculateTotal, limit }: QueryArguments<unknown, string>): number =>
  position < 0 || anchor !== null || calculateTotal ? Number.POSITIVE_INFINITY : position + limit

const patienceKind = { ...emailQueryKind, more: { ...emailQueryKind.more, patienceMs: orNull(unsignedInt) } }

/** Read where the page's own capability is used; for others it is an argument that does not exist (RFC 8620 section 3.3). */
const readArguments = (args: JsonObject, { using }: MethodContext) => {
  if (!using.has(capabilities.webmail)) return { asked: queryArguments(args, emailQueryKind), patienceMs: null }
  const asked = queryArguments(args, patienceKind)
  return { asked, patienceMs: asked.more.patienceMs }
}

/** As many times the patience, where there is nothing to show yet. */
const timesForNothing = 4

const overAfter = (patienceMs: number | null): ((found: number) => boolean) => {
  if (patienceMs === null) return () => false
  const beganAt = performance.now()
  return (found) => performance.now() - beganAt >= (found > 0 ? patienceMs : timesForNothing * patienceMs)
}

export const emailQuery: Method = {
  name: 'Email/query',
  capability: capabilities.mail,
  async run(args: JsonObject, context) {
    const { asked, patienceMs } = readArguments(args, context)
    requireKeywords(asked.sort)
    const { own } = await context.account.refresh()
    const question = { filter: asked.filter, sort: asked.sort, collapseThreads: asked.more.collapseThreads }
    const found = await findEmails(searchPorts(context), own, question, { wanted: reachOf(asked), isOver: overAfter(patienceMs) })
    const { emails, entries } = found
    const isPartial = !found.isWhole && entries.length < reachOf(asked)
    const position = windowStart(asked, entries.length, (id) => {
      const message = messageOfEmail(id)
      return message === undefined ? -1 : placeIn(found, message)
    })
    const ids = Array.from(entries.subarray(position, position + asked.limit), (entry) => emails.idOf(entry))
    const told = queryAnswer(asked, { queryState: stateText(own.seq), canCalculateChanges: true, position, ids, total: entries.length })
    return answer(isPartial ? { ...told, isPartial } : told)
  },
}
