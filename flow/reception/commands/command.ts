/** The shape of a reception command: decides from values alone. */
import type { SmtpCommand, SmtpVerb } from '@bulkhead/wire/smtp/command.ts'
import type { Phase } from '@bulkhead/wire/smtp/phases.ts'
import type { Policy, Request, Session, Step } from '../session.ts'

type CommandOf<V extends SmtpVerb, C extends SmtpCommand = SmtpCommand> = C extends SmtpCommand ? (V extends C['verb'] ? C : never) : never

export interface ReceptionCommand<V extends SmtpVerb> {
  readonly verb: V
  readonly rfc: string
  /** `next` is the phase that the table gives for this verb. */
  decide(session: Session, command: CommandOf<V>, next: Phase, policy: Policy): Step | Request
}

export const command = <V extends SmtpVerb>(definition: ReceptionCommand<V>): ReceptionCommand<V> => definition
