/** One line of a caller, decided: the phase table first, then the command. */
import { parseCommand, type SmtpCommand } from '@bulkhead/wire/smtp/command.ts'
import { lmtpPhases, welcome } from '@bulkhead/wire/smtp/phases.ts'
import { reply, type Reply } from '@bulkhead/wire/smtp/reply.ts'
import { bdat } from './commands/bdat.ts'
import { lhlo } from './commands/lhlo.ts'
import { mail } from './commands/mail.ts'
import { rcpt } from './commands/rcpt.ts'
import { noop, quit, rset, xack } from './commands/simple.ts'
import { xclient } from './commands/xclient.ts'
import { refusalReplies } from './replies.ts'
import type { Policy, Request, Session, Step } from './session.ts'

const refusedWith = (session: Session, refusal: Reply, closes = false): Step => ({ replies: [refusal], becomes: session, closes })
const unknownChunk = reply(501, '5.5.4', 'Bad BDAT: where the next command begins is unknown')

const perform = (session: Session, command: SmtpCommand, policy: Policy): Step | Request => {
  const next = welcome(lmtpPhases, session.phase, command.verb)
  // The bytes of a chunk come whatever we answer (RFC 3030 section 2).
  if (typeof next !== 'string') {
    return command.verb === 'BDAT' ? bdat.decide(session, command, session.phase, policy) : refusedWith(session, next)
  }
  switch (command.verb) {
    case 'LHLO':
      return lhlo.decide(session, command, next, policy)
    case 'XCLIENT':
      return xclient.decide(session, command, next, policy)
    case 'MAIL':
      return mail.decide(session, command, next, policy)
    case 'RCPT':
      return rcpt.decide(session, command, next, policy)
    case 'BDAT':
      return bdat.decide(session, command, next, policy)
    case 'RSET':
      return rset.decide(session, command, next, policy)
    case 'NOOP':
      return noop.decide(session, command, next, policy)
    case 'QUIT':
      return quit.decide(session, command, next, policy)
    case 'XACK':
      return xack.decide(session, command, next, policy)
    default:
      return refusedWith(session, reply(502, '5.5.1', 'Content comes by BDAT'))
  }
}

export const decide = (session: Session, line: Buffer, policy: Policy): Step | Request => {
  const parsed = parseCommand(line)
  if (parsed.is === 'command') return perform(session, parsed.command, policy)
  return parsed.verb === 'BDAT' ? refusedWith(session, unknownChunk, true) : refusedWith(session, parsed.reply)
}

/** Content outside a transaction that can take it. */
export const contentRefusal = (session: Session): Reply | undefined => {
  if (session.phase === 'rcpt' || session.phase === 'chunks') return undefined
  return session.phase === 'mail' ? refusalReplies.noRecipients : reply(503, '5.5.1', 'Bad sequence of commands')
}
