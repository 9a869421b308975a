import { reply } from '@bulkhead/wire/smtp/reply.ts'
import { newSession, readyAgain } from '../session.ts'
import { command } from './command.ts'

/** `LHLO SP domain`, RFC 2033 section 4.1; keywords of RFC 1870, 6152, 2034, 2920, 3030, 6531, 8689. Reports on what the
 * courier brings are the courier's: DSN is not among them. XSUBMITTED is ours: the courier says by AUTH (RFC 4954 section 5) what a login of ours handed in. */
export const lhlo = command({
  verb: 'LHLO',
  rfc: '2033 section 4.1',
  decide(session, { name }, _next, { hostName, messageBytesMax }) {
    const keywords = [
      'PIPELINING', `SIZE ${messageBytesMax}`, '8BITMIME', 'BINARYMIME', 'SMTPUTF8', 'CHUNKING', 'REQUIRETLS', 'ENHANCEDSTATUSCODES', 'XCLIENT', 'XACK',
      ...(session.caller === 'courier' ? ['XSUBMITTED'] : []),
    ]
    return {
      replies: [reply(250, undefined, hostName, ...keywords)],
      becomes: { ...readyAgain(session), client: { ...newSession(session.caller).client, helo: name } },
    }
  },
})
