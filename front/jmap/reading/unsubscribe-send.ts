/**
 * Unsubscribe/send: leaves the list that an Email came from. `oneClick` posts to its address (RFC 8058) where a signature that holds
 * vouches for it; whoever writes by mail instead gets a draft proposed, which the person sees and sends.
 */
import { messageOfEmail } from '@bulkhead/mail/email/ids.ts'
import { ownFields } from '@bulkhead/mail/reading/own-fields.ts'
import { unsubscriptionOf } from '@bulkhead/mail/reading/unsubscribe.ts'
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { id, readArguments } from '@bulkhead/wire/jmap/readers.ts'
import { openMessage } from '../../content/open-message.ts'
import { answer, methodError, type Method } from '../method.ts'

/** Only 2xx says that it was taken. RFC 8058 section 3.1 forbids redirects, which senders give behind successes and refusals alike. */
const outcomeOf = (status: number): 'done' | 'unclear' | 'failed' => {
  if (status >= 200 && status < 300) return 'done'
  return status >= 300 && status < 400 ? 'unclear' : 'failed'
}

export const unsubscribeSend: Method = {
  name: 'Unsubscribe/send',
  capability: capabilities.webmail,
  async run(args, { account, accountId, session, services: { reading } }) {
    const { emailId } = readArguments(args, { accountId: id, emailId: id })
    const named = messageOfEmail(emailId)
    await using message = named === undefined ? undefined : await openMessage(account, named)
    if (message === undefined) return methodError('invalidArguments', 'emailId: no such Email')
    const { header, fields } = message
    const found = unsubscriptionOf(header, fields, ownFields(header, fields, reading.hostName).results)
    if (found === null) return answer({ accountId, outcome: 'notOffered', draft: null, url: null })
    const otherwise = { draft: found.mailto, url: found.url }
    if (found.oneClick === null || reading.scout === null) return answer({ accountId, outcome: 'byHand', ...otherwise })
    const reply = await reading.scout.ask('postOneClick', { url: found.oneClick, asker: reading.pseudonym(session.account.account) })
    const isTooMuch = reply.is === 'refused' && reply.refusal === 'overBudget'
    const status = reply.is === 'answered' ? reply.answer.status : null
    const outcome = status !== null ? outcomeOf(status) : isTooMuch ? 'tooMany' : 'unreachable'
    return answer({ accountId, outcome, status, ...otherwise })
  },
}
