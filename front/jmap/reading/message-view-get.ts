/** MessageView/get: `ids` of Emails, and how they are to be shown. Like a /get (RFC 8620 section 5.1), of something that has no state. */
import { messageOfEmail } from '@bulkhead/mail/email/ids.ts'
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { boolean, id, listOf, oneOf, optional, readArguments, type Reader } from '@bulkhead/wire/jmap/readers.ts'
import { openMessage } from '../../content/open-message.ts'
import { answer, type Method } from '../method.ts'
import { messageView } from './message-view.ts'
import { charsetChoices, viewsMax, type CharsetChoice, type ViewAsk } from './view.ts'

const charsetChoice: Reader<CharsetChoice> = optional(oneOf(charsetChoices), 'auto')
const yesOrNo = optional(boolean, false)

export const messageViewGet: Method = {
  name: 'MessageView/get',
  capability: capabilities.webmail,
  async run(args, { account, accountId, session, services: { reading } }) {
    const { ids, accountId: _, ...shown } = readArguments(args, {
      accountId: id, ids: listOf(id, viewsMax), charset: charsetChoice,
      images: yesOrNo, dark: yesOrNo, originalColours: yesOrNo, preferPlain: yesOrNo, quote: yesOrNo,
    })
    const list: JsonObject[] = []
    const notFound: string[] = []
    for (const emailId of new Set(ids)) {
      const named = messageOfEmail(emailId)
      await using message = named === undefined ? undefined : await openMessage(account, named)
      if (message === undefined) notFound.push(emailId)
      else {
        const ask: ViewAsk = { ...shown, emailId }
        list.push({ ...(await messageView(reading, session, message, ask)) } as unknown as JsonObject)
      }
    }
    return answer({ accountId, list, notFound })
  },
}
