/** Gathers what reports are made from in memory, equal facts counted, and keeps them in batches behind the work they tell of. */
import type { Log } from '@bulkhead/base/log.ts'
import type { Meter } from '@bulkhead/base/meter.ts'
import type { ReportFact, ReportFacts, ReportKind } from '@bulkhead/mail/ports/reports.ts'

export const dayMs = 86_400_000
export const dayOf = (ms: number): number => Math.floor(ms / dayMs)

const keepEveryMs = 30_000
/** Different facts that wait at once; more are counted and dropped. */
const waitingMax = 10_000
const batchMax = 1_000

export interface FactGathering extends AsyncDisposable {
  add(kind: ReportKind, atMs: number, domain: string, published: string, value: string): void
  /** Keeps what has been gathered. */
  flush(): Promise<void>
}

export interface GatheringParts {
  readonly facts: ReportFacts
  readonly log: Log
  readonly meter: Meter
}

export const gatherFacts = ({ facts, log, meter }: GatheringParts): FactGathering => {
  let waiting = new Map<string, ReportFact & { count: number }>()
  let keeping: Promise<void> | undefined

  const keep = async (): Promise<void> => {
    const all = [...waiting.values()]
    waiting = new Map()
    for (let at = 0; at < all.length; at += batchMax) {
      const batch = all.slice(at, at + batchMax)
      try {
        const dropped = await facts.add(batch)
        if (dropped > 0) meter.count('report_facts_dropped_total', dropped)
      } catch (error) {
        // Reports are counts for others: a database that is away costs some of them, nothing else.
        log.error('reportFactsNotKept', error, { facts: batch.length })
        meter.count('report_facts_dropped_total', batch.reduce((sum, { count }) => sum + count, 0))
      }
    }
  }
  const flush = (): Promise<void> => {
    keeping ??= keep().finally(() => {
      keeping = undefined
    })
    return keeping
  }
  const timer = setInterval(() => void flush(), keepEveryMs)
  timer.unref()

  return {
    add(kind, atMs, domain, published, value) {
      const day = dayOf(atMs)
      const key = `${kind} ${day} ${domain} ${value}`
      const known = waiting.get(key)
      if (known !== undefined) known.count += 1
      else if (waiting.size >= waitingMax) meter.count('report_facts_dropped_total')
      else waiting.set(key, { kind, day, domain, published, value, count: 1 })
    },
    flush,
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await keeping
      await flush()
    },
  }
}
