/**
 * Mailbox/queryChanges (RFC 8621 section 2.4). Counts move nothing. Where more changed and the result is a tree, others may have moved
 * with their parents: then all are told anew.
 */
import { mailboxChanges } from '@bulkhead/mail/email/changes.ts'
import { emailsIn } from '@bulkhead/mail/email/emails.ts'
import { findMailboxes } from '@bulkhead/mail/email/mailbox-query.ts'
import { mailboxesIn } from '@bulkhead/mail/email/mailboxes.ts'
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { queryChangesAnswer, queryChangesArguments } from '@bulkhead/wire/jmap/query.ts'
import { stateText } from '@bulkhead/wire/jmap/state.ts'
import { answer, type Method } from '../method.ts'
import { knownOrFail, sinceOrFail } from './changes-since.ts'
import { mailboxQueryKind } from './mailbox-query.ts'

export const mailboxQueryChanges: Method = {
  name: 'Mailbox/queryChanges',
  capability: capabilities.mail,
  async run(args, { account }) {
    const asked = queryChangesArguments(args, mailboxQueryKind)
    const { own } = await account.refresh()
    const { more } = knownOrFail(mailboxChanges(emailsIn(own), sinceOrFail(asked.sinceQueryState, own.seq)))
    const all = mailboxesIn(own)
    const found = findMailboxes(all, { filter: asked.filter, sort: asked.sort, ...asked.more }).map(({ mailbox }) => mailbox.id as string)
    const isTree = asked.more.sortAsTree || asked.more.filterAsTree
    const moved = new Set(more.size > 0 && isTree ? [...more, ...all.map(({ mailbox }) => mailbox.id)] : more)
    const added = found.flatMap((id, index) => (moved.has(id) ? { id, index } : []))
    const states = { oldQueryState: asked.sinceQueryState, newQueryState: stateText(own.seq) }
    return answer(queryChangesAnswer(asked, { ...states, removed: [...moved], added, total: found.length }))
  },
}
