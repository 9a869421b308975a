/** Reports in memory: facts, what is due, what was received. For tests of what uses the ports. */
import type { NewQueued } from '@bulkhead/mail/ports/queue.ts'
import type { DueReport, DueReports, ReceivedReport, ReceivedReports, ReportFact, ReportFacts } from '@bulkhead/mail/ports/reports.ts'

export interface MemoryReports extends ReportFacts, DueReports {
  readonly queued: NewQueued[]
  readonly received: ReceivedReport[]
  readonly inbox: ReceivedReports
}

export const memoryReports = (): MemoryReports => {
  const reports = new Map<string, { due: DueReport; readonly facts: Map<string, number>; done: boolean; taken: boolean }>()
  const queued: NewQueued[] = []
  const received: ReceivedReport[] = []
  const key = ({ kind, day, domain }: Pick<ReportFact, 'kind' | 'day' | 'domain'>): string => `${kind} ${day} ${domain}`
  return {
    queued,
    received,
    async add(facts) {
      for (const { kind, day, domain, published, value, count } of facts) {
        const at = key({ kind, day, domain })
        const report = reports.get(at) ?? { due: { kind, day, domain, published, lease: 1 }, facts: new Map(), done: false, taken: false }
        reports.set(at, report)
        report.due = { ...report.due, published }
        report.facts.set(value, (report.facts.get(value) ?? 0) + count)
      }
      return 0
    },
    async claim() {
      const report = [...reports.values()].find(({ done, taken }) => !done && !taken)
      if (report === undefined) return undefined
      report.taken = true
      return report.due
    },
    facts: async (due) => [...(reports.get(key(due))?.facts ?? [])].map(([value, count]) => ({ value, count })),
    async settle(due, mail) {
      const report = reports.get(key(due))
      if (report === undefined || report.done) return false
      report.done = true
      if (mail !== null) queued.push(mail)
      return true
    },
    inbox: {
      async add(report) {
        if (received.some(({ id, from, domain }) => id === report.id && from === report.from && domain === report.domain)) return 'known'
        received.push(report)
        return 'kept'
      },
    },
  }
}
