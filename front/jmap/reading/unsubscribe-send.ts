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

/** 2xx, and the redirects that RFC 8058 forbids but senders give behind a success. */
const isDone = (status: number): boolean => status >= 200 && status < 400

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
    const outcome = reply.is === 'answered' && isDone(reply.answer.status) ? 'done' : isTooMuch ? 'tooMany' : 'failed'
    return answer({ accountId, outcome, ...otherwise })
  },
}
