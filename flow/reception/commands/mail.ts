import { encodeAddress } from '@bulkhead/wire/smtp/path.ts'
import { ok, refusalReplies } from '../replies.ts'
import { command } from './command.ts'

/** `MAIL FROM:`, RFC 5321 section 4.1.1.2; SIZE, RFC 1870 section 6.1. */
export const mail = command({
  verb: 'MAIL',
  rfc: '5321 section 4.1.1.2',
  decide(session, { reversePath, size, smtpUtf8 }, next, { messageBytesMax }) {
    if (size !== undefined && size > messageBytesMax) return { replies: [refusalReplies.tooLarge], becomes: session }
    const sender = reversePath === null ? '' : encodeAddress(reversePath)
    const transaction = { reversePath: sender, smtpUtf8, sizeBytes: size, recipients: [] }
    return { replies: [ok('2.1.0', 'Sender noted')], becomes: { ...session, phase: next, transaction } }
  },
})
