/** What JMAP needs to send mail: the very ports of SMTP submission, and a sender made of a session of the web. */
import { identity } from '../../sending/identity.ts'
import type { Sender } from '../../sending/sender.ts'
import type { MethodContext } from '../method.ts'

export type SendingContext = Pick<MethodContext, 'session' | 'account' | 'services' | 'clock' | 'log'>

export const senderOf = ({ session, account, services, clock, log }: SendingContext): Sender => {
  const { ports, hostName, limits, meter } = services.sending
  const { who, peer, origin } = session
  return {
    who, peer, hostName, limits, clock, log, meter, ports, via: 'HTTP', tls: origin.startsWith('https:'),
    identity: identity(who, ports),
    account: async () => account,
  }
}

/** By which the queue knows whose a submission is. */
export const pseudonymOf = ({ session, services }: Pick<MethodContext, 'session' | 'services'>): string =>
  services.sending.ports.pseudonym(session.who.account)
