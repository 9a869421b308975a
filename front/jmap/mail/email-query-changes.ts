/** Email/queryChanges (RFC 8621 section 4.5). */
import { messageOfEmail } from '@bulkhead/mail/email/ids.ts'
import { changedResult } from '@bulkhead/mail/email/query-changes.ts'
import { findEmails } from '@bulkhead/mail/email/query.ts'
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { queryChangesAnswer, queryChangesArguments } from '@bulkhead/wire/jmap/query.ts'
import { stateText } from '@bulkhead/wire/jmap/state.ts'
import { answer, type Method } from '../method.ts'
import { knownOrFail, sinceOrFail } from './changes-since.ts'
import { emailQueryKind, requireKeywords, searchPorts } from './email-query.ts'

export const emailQueryChanges: Method = {
  name: 'Email/queryChanges',
  capability: capabilities.mail,
  async run(args, context) {
    const asked = queryChangesArguments(args, emailQueryKind)
    requireKeywords(asked.sort)
    const { own } = await context.account.refresh()
    const since = sinceOrFail(asked.sinceQueryState, own.seq)
    const question = { filter: asked.filter, sort: asked.sort, collapseThreads: asked.more.collapseThreads }
    const found = await findEmails(searchPorts(context), own, question)
    const upTo = asked.upToId === null ? null : (messageOfEmail(asked.upToId) ?? null)
    const changes = knownOrFail(changedResult(found, question, since, upTo))
    const states = { oldQueryState: asked.sinceQueryState, newQueryState: stateText(own.seq) }
    return answer(queryChangesAnswer(asked, { ...states, ...changes, total: found.entries.length }))
  },
}
