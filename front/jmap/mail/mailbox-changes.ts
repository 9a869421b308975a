/** Mailbox/changes (RFC 8621 section 2.2). */
import { mailboxChanges, told } from '@bulkhead/mail/email/changes.ts'
import { emailsIn } from '@bulkhead/mail/email/emails.ts'
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { changesAnswer, changesArguments } from '@bulkhead/wire/jmap/changes.ts'
import { answer, type Method } from '../method.ts'
import { knownOrFail, sinceOrFail } from './changes-since.ts'
import { countProperties } from './mailbox-object.ts'

export const mailboxChangesMethod: Method = {
  name: 'Mailbox/changes',
  capability: capabilities.mail,
  async run(args, { account }) {
    const { accountId, sinceState, maxChanges } = changesArguments(args)
    const { own } = await account.refresh()
    const { changes, onlyCounts } = knownOrFail(mailboxChanges(emailsIn(own), sinceOrFail(sinceState, own.seq)))
    const some = told(changes, own.seq, maxChanges)
    const updatedProperties = some.updated.length > 0 && onlyCounts ? countProperties : null
    return answer({ ...changesAnswer(accountId, { oldState: sinceState, ...some }), updatedProperties })
  },
}
