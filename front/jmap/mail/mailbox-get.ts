/** Mailbox/get (RFC 8621 section 2.1). */
import { countsOf } from '@bulkhead/mail/email/counts.ts'
import { emailsIn } from '@bulkhead/mail/email/emails.ts'
import { mailboxesIn } from '@bulkhead/mail/email/mailboxes.ts'
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { getAnswer, getArguments, picked } from '@bulkhead/wire/jmap/get.ts'
import { stateText } from '@bulkhead/wire/jmap/state.ts'
import { answer, type Method } from '../method.ts'
import { countProperties, mailboxObject, mailboxProperties } from './mailbox-object.ts'

const uncounted = { totalEmails: 0, unreadEmails: 0, totalThreads: 0, unreadThreads: 0 }

export const mailboxGet: Method = {
  name: 'Mailbox/get',
  capability: capabilities.mail,
  async run(args, { account, limits }) {
    const { accountId, ids, properties } = getArguments(args, limits, { properties: mailboxProperties })
    const { own } = await account.refresh()
    const all = mailboxesIn(own)
    const counts = countProperties.some((name) => properties.includes(name)) ? countsOf(emailsIn(own)) : []
    const places = new Map(all.map(({ mailbox }, place) => [mailbox.id as string, place]))
    const list = (ids ?? [...places.keys()]).flatMap((id) => {
      const place = places.get(id)
      const mailbox = place === undefined ? undefined : all[place]
      return mailbox === undefined ? [] : [picked(mailboxObject(mailbox, counts[place ?? 0] ?? uncounted), properties)]
    })
    return answer(getAnswer(accountId, stateText(own.seq), list, (ids ?? []).filter((id) => !places.has(id))))
  },
}
