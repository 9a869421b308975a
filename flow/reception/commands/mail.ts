import { encodeAddress } from '@bulkhead/wire/smtp/path.ts'
import { ok, refusalReplies } from '../replies.ts'
import type { Transaction } from '../session.ts'
import { command } from './command.ts'

/** `MAIL FROM:`, RFC 5321 section 4.1.1.2; SIZE, RFC 1870 section 6.1; BODY, RFC 6152, 3030; RET and ENVID, RFC 3461; REQUIRETLS, RFC 8689. */
export const mail = command({
  verb: 'MAIL',
  rfc: '5321 section 4.1.1.2',
  decide(session, { reversePath, size, body, smtpUtf8, requireTls, ret, envelopeId, auth }, next, { messageBytesMax }) {
    if (size !== undefined && size > messageBytesMax) return { replies: [refusalReplies.tooLarge], becomes: session }
    const sender = reversePath === null ? '' : encodeAddress(reversePath)
    const transaction: Transaction = {
      reversePath: sender, smtpUtf8, sizeBytes: size, body: body ?? '7BIT', requireTls,
      ret: ret === undefined ? null : ret === 'FULL' ? 'full' : 'hdrs', envid: envelopeId ?? null, recipients: [],
      // What a stranger says of itself by the gate is worth nothing.
      submitter: session.caller === 'courier' ? (auth ?? null) : null,
    }
    return { replies: [ok('2.1.0', 'Sender noted')], becomes: { ...session, phase: next, transaction } }
  },
})
