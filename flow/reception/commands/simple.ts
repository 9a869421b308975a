/** Commands without consequences beyond the phase table: RFC 5321 sections 4.1.1.5, 4.1.1.9, 4.1.1.10; XACK is ours. */
import { reply } from '@bulkhead/wire/smtp/reply.ts'
import { ok } from '../replies.ts'
import { readyAgain } from '../session.ts'
import { command } from './command.ts'

export const rset = command({
  verb: 'RSET',
  rfc: '5321 section 4.1.1.5',
  decide: (session, _command, next) => ({
    replies: [ok('2.0.0', 'Forgotten')],
    becomes: session.phase === 'greeted' ? session : { ...readyAgain(session), phase: next },
  }),
})

export const noop = command({
  verb: 'NOOP',
  rfc: '5321 section 4.1.1.9',
  decide: (session) => ({ replies: [ok('2.0.0', 'Yes')], becomes: session }),
})

export const quit = command({
  verb: 'QUIT',
  rfc: '5321 section 4.1.1.10',
  decide: (session) => ({ replies: [reply(221, '2.0.0', 'Goodbye')], becomes: session, closes: true }),
})

/** The oldest positive answer of this connection has reached the sender: what it said need not be remembered. */
export const xack = command({
  verb: 'XACK',
  rfc: 'none: ours, between our own processes',
  decide: () => ({ ask: 'acknowledge' }),
})
