import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { getAnswer, getArguments, picked } from '@bulkhead/wire/jmap/get.ts'
import { stateText } from '@bulkhead/wire/jmap/state.ts'
import { answer, type Method } from '../method.ts'
import { administered, shareJson, shareProperties } from './mailbox-share.ts'

/** `MailboxShare/get`: the standard get (RFC 8620 section 5.1) of a shared account. Without the right to administer there is nothing. */
export const mailboxShareGet: Method = {
  name: 'MailboxShare/get',
  capability: capabilities.webmail,
  async run(args, { account, limits }) {
    const { accountId, ids, properties } = getArguments(args, limits, { properties: shareProperties })
    const { own } = await account.refresh()
    const all = administered(account)
    const list = all.filter(({ id }) => ids === null || ids.includes(id)).map((mailbox) => picked(shareJson(account, mailbox), properties))
    const notFound = ids?.filter((id) => !all.some((mailbox) => mailbox.id === id)) ?? []
    return answer(getAnswer(accountId, stateText(own.seq), list, notFound))
  },
}
