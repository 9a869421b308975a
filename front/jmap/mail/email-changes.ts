/** Email/changes (RFC 8621 section 4.3). */
import { emailChanges, told } from '@bulkhead/mail/email/changes.ts'
import { emailsIn } from '@bulkhead/mail/email/emails.ts'
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { changesAnswer, changesArguments } from '@bulkhead/wire/jmap/changes.ts'
import { answer, type Method } from '../method.ts'
import { knownOrFail, sinceOrFail } from './changes-since.ts'

export const emailChangesMethod: Method = {
  name: 'Email/changes',
  capability: capabilities.mail,
  async run(args, { account }) {
    const { accountId, sinceState, maxChanges } = changesArguments(args)
    const { own } = await account.refresh()
    const changes = knownOrFail(emailChanges(emailsIn(own), sinceOrFail(sinceState, own.seq)))
    return answer(changesAnswer(accountId, { oldState: sinceState, ...told(changes, own.seq, maxChanges) }))
  },
}
