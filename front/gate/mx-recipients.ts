/** What a session counts of MAIL and RCPT: replies that are owed, recipients that are left, and those that nobody has. */
import { isPermanent, isPositive, type Reply } from '@bulkhead/wire/smtp/reply.ts'
import type { GatePolicy } from './policy.ts'

export interface Recipients {
  /** Replies to MAIL and RCPT that have not come. */
  awaited: number
  /** Of this transaction: not refused so far. */
  readonly open: number
  readonly accepted: number
  /** Of this session: they do not exist. */
  readonly unknown: number
  asked(): void
  /** Whether it was asked for somebody who does not exist. */
  answered(answer: Reply): boolean
  begin(): void
}

const isUnknown = (answer: Reply): boolean => isPermanent(answer) && answer.enhanced?.startsWith('5.1.') === true

export const recipientsOfSession = (): Recipients => {
  let open = 0
  let accepted = 0
  let unknown = 0
  return {
    awaited: 0,
    get open() {
      return open
    },
    get accepted() {
      return accepted
    },
    get unknown() {
      return unknown
    },
    asked() {
      open += 1
      this.awaited += 1
    },
    answered(answer) {
      if (isPositive(answer)) accepted += 1
      else open -= 1
      const wasUnknown = isUnknown(answer)
      if (wasUnknown) unknown += 1
      return wasUnknown
    },
    begin() {
      open = 0
      accepted = 0
    },
  }
}

/** How long the answer about somebody who does not exist is kept back, after `unknown` of them. */
export const unknownDelayMs = (unknown: number, policy: GatePolicy): number =>
  Math.max(0, Math.min(unknown, policy.unknownRecipientsMax) - policy.unknownRecipientsFree) * policy.unknownRecipientDelayMs
