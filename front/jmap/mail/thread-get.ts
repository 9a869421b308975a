/** Thread/get (RFC 8621 section 3.1). */
import { emailsIn } from '@bulkhead/mail/email/emails.ts'
import { threadKeyOfId } from '@bulkhead/mail/email/ids.ts'
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { MethodFailure } from '@bulkhead/wire/jmap/errors.ts'
import { getAnswer, getArguments, picked } from '@bulkhead/wire/jmap/get.ts'
import { stateText } from '@bulkhead/wire/jmap/state.ts'
import { answer, type Method } from '../method.ts'

export const threadGet: Method = {
  name: 'Thread/get',
  capability: capabilities.mail,
  async run(args, { account, limits }) {
    const { accountId, ids, properties } = getArguments(args, limits, { properties: ['id', 'emailIds'] })
    const { own } = await account.refresh()
    const emails = emailsIn(own)
    const numbers = emails.threadNumbers
    const wanted = ids === null
      ? new Set([...emails.everyEmail()].map((entry) => emails.threadOf(entry)))
      : new Set(ids.map((id) => numbers.known(threadKeyOfId(id) ?? Buffer.alloc(0))))
    if (wanted.size > limits.maxObjectsInGet) throw new MethodFailure('requestTooLarge', 'ids: too many')
    const found = new Map([...emails.emailsOfThreads(wanted).values()].map((entries) => [emails.threadIdOf(entries[0] ?? 0), entries]))
    const list = (ids ?? [...found.keys()]).flatMap((id) => {
      const entries = found.get(id)
      return entries === undefined ? [] : [picked({ id, emailIds: entries.map((entry) => emails.idOf(entry)) }, properties)]
    })
    return answer(getAnswer(accountId, stateText(own.seq), list, (ids ?? []).filter((id) => !found.has(id))))
  },
}
