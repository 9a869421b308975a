/** Mailbox/query (RFC 8621 section 2.3). */
import { findMailboxes } from '@bulkhead/mail/email/mailbox-query.ts'
import { mailboxesIn } from '@bulkhead/mail/email/mailboxes.ts'
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { mailboxCondition, mailboxSorts } from '@bulkhead/wire/jmap/mail/mailbox-filter.ts'
import { queryAnswer, queryArguments, windowStart } from '@bulkhead/wire/jmap/query.ts'
import { boolean, optional } from '@bulkhead/wire/jmap/readers.ts'
import { stateText } from '@bulkhead/wire/jmap/state.ts'
import { answer, type Method } from '../method.ts'

export const mailboxQueryKind = {
  condition: mailboxCondition,
  sort: mailboxSorts,
  more: { sortAsTree: optional(boolean, false), filterAsTree: optional(boolean, false) },
} as const

export const mailboxQuery: Method = {
  name: 'Mailbox/query',
  capability: capabilities.mail,
  async run(args, { account }) {
    const asked = queryArguments(args, mailboxQueryKind)
    const { own } = await account.refresh()
    const found = findMailboxes(mailboxesIn(own), { filter: asked.filter, sort: asked.sort, ...asked.more }).map(({ mailbox }) => mailbox.id as string)
    const position = windowStart(asked, found.length, (id) => found.indexOf(id))
    const ids = found.slice(position, position + asked.limit)
    return answer(queryAnswer(asked, { queryState: stateText(own.seq), canCalculateChanges: true, position, ids, total: found.length }))
  },
}
