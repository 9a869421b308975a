/** Email/query (RFC 8621 section 4.4). */
import { messageOfEmail } from '@bulkhead/mail/email/ids.ts'
import { findEmails, placeIn } from '@bulkhead/mail/email/query.ts'
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { MethodFailure } from '@bulkhead/wire/jmap/errors.ts'
import type { Comparator } from '@bulkhead/wire/jmap/filter.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { emailCondition, emailSorts, keywordSorts, type EmailSort } from '@bulkhead/wire/jmap/mail/email-filter.ts'
import { queryAnswer, queryArguments, windowStart, type QueryArguments } from '@bulkhead/wire/jmap/query.ts'
import { boolean, optional } from '@bulkhead/wire/jmap/readers.ts'
import { stateText } from '@bulkhead/wire/jmap/state.ts'
import type { SearchPorts } from '@bulkhead/mail/search/search-list.ts'
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

export const emailQuery: Method = {
  name: 'Email/query',
  capability: capabilities.mail,
  async run(args: JsonObject, context) {
    const asked = queryArguments(args, emailQueryKind)
    requireKeywords(asked.sort)
    const { own } = await context.account.refresh()
    const question = { filter: asked.filter, sort: asked.sort, collapseThreads: asked.more.collapseThreads }
    const found = await findEmails(searchPorts(context), own, question, reachOf(asked))
    const { emails, entries } = found
    const position = windowStart(asked, entries.length, (id) => {
      const message = messageOfEmail(id)
      return message === undefined ? -1 : placeIn(found, message)
    })
    const ids = Array.from(entries.subarray(position, position + asked.limit), (entry) => emails.idOf(entry))
    return answer(queryAnswer(asked, { queryState: stateText(own.seq), canCalculateChanges: true, position, ids, total: entries.length }))
  },
}
