/**
 * Makes the reports that are due, a few at a time, and queues them. Whoever claims a report settles it in the transaction
 * that queues it; a report nobody settles is claimed again when its lease is over, and given up after some days.
 */
import type { Log } from '@bulkhead/base/log.ts'
import type { Meter } from '@bulkhead/base/meter.ts'
import type { DueReport, DueReports } from '@bulkhead/mail/ports/reports.ts'
import { sealQueued } from '@bulkhead/mail/queue/record.ts'
import type { Sealing } from '@bulkhead/seal/sealing.ts'
import { madeReport, type MakingParts } from './made.ts'

export interface ReportMaking extends MakingParts {
  readonly due: DueReports
  readonly sealing: Sealing
  readonly queuePublicKey: Uint8Array
  readonly log: Log
  readonly meter: Meter
}

const lookEveryMs = 300_000
/** A report that could not be made now is tried again so much later. */
const leaseMs = 3_600_000
/** Of one look; what is left waits for the next. */
const reportsMax = 500

const makeOne = async (parts: ReportMaking, due: DueReport): Promise<void> => {
  const made = await madeReport(parts, due, () => parts.due.facts(due))
  parts.meter.count('reports_made_total', 1, { kind: due.kind, outcome: made.is })
  if (made.is === 'later') return
  const mail = made.is === 'mail' ? sealQueued(parts.sealing, parts.queuePublicKey, made.mail) : null
  if (!(await parts.due.settle(due, mail))) parts.log.warn('reportLeaseLost', { kind: due.kind, day: due.day })
}

/** How many were claimed. */
export const makeDueReports = async (parts: ReportMaking): Promise<number> => {
  for (let made = 0; made < reportsMax; made += 1) {
    const due = await parts.due.claim(leaseMs)
    if (due === undefined) return made
    try {
      await makeOne(parts, due)
    } catch (error) {
      parts.log.error('reportNotMade', error, { kind: due.kind, day: due.day, domain: due.domain })
    }
  }
  return reportsMax
}

export const startReportMaking = (parts: ReportMaking): AsyncDisposable => {
  let looking: Promise<unknown> | undefined
  const timer = setInterval(() => {
    looking ??= makeDueReports(parts).catch((error: unknown) => parts.log.error('reportsNotMade', error)).finally(() => {
      looking = undefined
    })
  }, lookEveryMs)
  timer.unref()
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await looking
    },
  }
}
