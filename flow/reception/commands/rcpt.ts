import { assert } from '@bulkhead/base/assert.ts'
import { ok, refusalReplies } from '../replies.ts'
import type { Found, NotifyWhen, Session, Step } from '../session.ts'
import type { NotifyEvent, Rcpt } from '@bulkhead/wire/smtp/verbs/rcpt.ts'
import type { Reply } from '@bulkhead/wire/smtp/reply.ts'
import { command } from './command.ts'

const whens = { SUCCESS: 'success', FAILURE: 'failure', DELAY: 'delay' } as const satisfies Record<NotifyEvent, NotifyWhen>

/** `RCPT TO:`, RFC 5321 section 4.1.1.3: answered at once, so that an unknown recipient is refused and never bounced. */
export const rcpt = command({
  verb: 'RCPT',
  rfc: '5321 section 4.1.1.3',
  decide(session, command, _next, { recipientsMax }) {
    const { transaction } = session
    assert(transaction !== undefined, 'RCPT comes inside a transaction')
    if (transaction.recipients.length >= recipientsMax) {
      return { replies: [refusalReplies.tooManyRecipients], becomes: session }
    }
    return { ask: 'recipient', rcpt: command, sizeBytes: transaction.sizeBytes }
  },
})

/** Whoever connected gets nobody here, whomever they ask for. */
export const recipientRefused = (session: Session, refusal: Reply): Step => ({ replies: [refusal], becomes: session })

export const recipientAnswered = (session: Session, { notify, originalRecipient }: Rcpt, found: Found): Step => {
  const { transaction } = session
  assert(transaction !== undefined, 'RCPT comes inside a transaction')
  if (found.is === 'refused') return { replies: [refusalReplies[found.why]], becomes: session }
  const asked = { notify: notify?.map((event) => whens[event]) ?? null, orcpt: originalRecipient ?? null }
  const recipients = [...transaction.recipients, { ...found.recipient, ...asked }]
  return {
    replies: [ok('2.1.5', 'Recipient ok')],
    becomes: { ...session, phase: 'rcpt', transaction: { ...transaction, recipients } },
  }
}
