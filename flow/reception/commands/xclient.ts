import { reply } from '@bulkhead/wire/smtp/reply.ts'
import { ok } from '../replies.ts'
import type { Client, Session, Step } from '../session.ts'
import { command } from './command.ts'

/** The gate tells whom it speaks for. The door says that it is the gate: nobody else may speak for others. */
export const xclient = command({
  verb: 'XCLIENT',
  rfc: 'none: after the extension of Postfix',
  decide(session, { attributes }) {
    if (session.caller !== 'gate') return { replies: [reply(550, '5.7.0', 'Not from here')], becomes: session }
    const { HELO, ADDR, PROTO, TLS } = attributes
    const client = { helo: HELO ?? '', address: ADDR ?? null, protocol: PROTO ?? 'ESMTP', tls: TLS ?? null }
    return { ask: 'client', client }
  },
})

export const clientKnown = (session: Session, client: Client): Step => ({ replies: [ok('2.0.0', 'Noted')], becomes: { ...session, client } })
