/**
 * Complaints about mail of ours (ARF): whose it was says a token in the message's own header, which nobody but us can make.
 * `watch` hears of each, and of accounts that collect them.
 */
import type { Clock } from '@bulkhead/base/clock.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import type { SenderTokens } from '@bulkhead/mail/feedback/sender-token.ts'
import { feedbackField } from '@bulkhead/mail/feedback/sender-token.ts'
import { valueOf, type AbuseReport } from '@bulkhead/wire/reports/arf.ts'
import type { ComplaintTold, Summary } from './summaries.ts'

export interface ComplaintSummary extends Summary {
  readonly told: ComplaintTold
}

export interface Complaints {
  summary(report: AbuseReport, original: Buffer, domain: string): ComplaintSummary
  /** Counts one that has not been seen before. */
  count(told: ComplaintTold): void
}

export interface ComplaintParts {
  readonly tokens: SenderTokens
  readonly clock: Clock
  /** To `watch`; never waits. */
  tell(event: { readonly kind: string; readonly subject?: string; readonly outcome?: string; readonly count?: number }): void
}

/** So many complaints about one account within a day are told. */
export const collectedMin = 5
const windowMs = 86_400_000
const accountsMax = 10_000
const nameMax = 100

export const complaints = ({ tokens, clock, tell }: ComplaintParts): Complaints => {
  const counts = new Map<string, { readonly sinceMs: number; readonly count: number }>()

  const counted = (sender: string, incidents: number): number => {
    const nowMs = clock.now()
    const known = counts.get(sender)
    const entry = known !== undefined && nowMs - known.sinceMs < windowMs ? { ...known, count: known.count + incidents } : { sinceMs: nowMs, count: incidents }
    counts.delete(sender)
    if (counts.size >= accountsMax) {
      const oldest = counts.keys().next()
      if (oldest.done !== true) counts.delete(oldest.value)
    }
    counts.set(sender, entry)
    return entry.count
  }

  const senderOf = (original: Buffer): string | null => {
    try {
      return tokens.open(valueOf(original, feedbackField)) ?? null
    } catch (error) {
      if (error instanceof Fault && error.code === 'corrupt') return null
      throw error
    }
  }

  return {
    summary: ({ type, incidents, sourceIp, userAgent }, original, domain) => ({
      kind: 'arf',
      about: domain,
      beginMs: clock.now(),
      from: userAgent.slice(0, nameMax),
      id: valueOf(original, 'message-id').slice(0, nameMax),
      told: { type: type.slice(0, nameMax), incidents, sourceIp: sourceIp.slice(0, nameMax), sender: type === 'not-spam' ? null : senderOf(original) },
    }),
    count({ sender, type, incidents }) {
      if (sender === null) return
      const before = counts.get(sender)?.count ?? 0
      const now = counted(sender, incidents)
      tell({ kind: 'intake.complaint', subject: sender, outcome: type, count: incidents })
      if (before < collectedMin && now >= collectedMin) tell({ kind: 'intake.complaints', subject: sender, outcome: 'collected', count: now })
    },
  }
}
