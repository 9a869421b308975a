/** The outbound queue in memory: the port's fake for tests, with leases that expire by the clock given. */
import type { Clock } from '@bulkhead/base/clock.ts'
import type { QueueId } from '@bulkhead/base/ids.ts'
import type { Claimed, CourierQueue, Fate, NewQueued, SubmissionFacts, SubmissionQueue } from '@bulkhead/mail/ports/queue.ts'

interface Row {
  readonly number: number
  readonly domain: string
  readonly sealed: Uint8Array
  attempts: number
  delayTold: boolean
  dueMs: number
  status: string | null
  lease: bigint | null
  leasedUntilMs: number
  held: boolean
  dropped: boolean
}

interface Kept {
  readonly message: NewQueued
  readonly queuedAtMs: number
  readonly rows: Row[]
}

interface Submitted {
  readonly sender: string | null
  takenBack: boolean
  begun: boolean
  readonly fates: Map<number, SubmissionFacts['fates'][number]>
}

export interface MemoryQueue extends CourierQueue, SubmissionQueue {
  readonly kept: ReadonlyMap<QueueId, Kept>
  /** Numbers and statuses of recipients that were given up, by message. */
  readonly bounced: ReadonlyMap<QueueId, readonly string[]>
}

const isDue = (row: Row, nowMs: number): boolean => !row.held && (row.dropped || row.dueMs <= nowMs) && row.leasedUntilMs <= nowMs

export const memoryQueue = (clock: Clock): MemoryQueue => {
  const kept = new Map<QueueId, Kept>()
  const bounced = new Map<QueueId, string[]>()
  let lastLease = 0n

  const byPriority = (): readonly Kept[] => [...kept.values()].sort((a, b) => b.message.priority - a.message.priority)

  const claimOne = ({ message, queuedAtMs, rows }: Kept, domain: string, leaseMs: number): Claimed | undefined => {
    const nowMs = clock.now()
    const taken = rows.filter((row) => row.domain === domain && isDue(row, nowMs))
    const [first] = taken
    if (first === undefined) return undefined
    const lease = (lastLease += 1n)
    for (const row of taken) {
      row.lease = lease
      row.leasedUntilMs = nowMs + leaseMs
    }
    const recipients = taken.map(({ number, sealed, attempts, delayTold }) => ({ number, domain, sealed, attempts, delayTold }))
    const { id, sizeBytes, envelope } = message
    return { id, lease, queuedAtMs, sizeBytes, envelope, dropped: first.dropped, recipients }
  }

  const deferRow = (row: Row, fate: Extract<Fate, { fate: 'deferred' }>): void => {
    row.attempts += 1
    row.delayTold = fate.delayTold
    row.dueMs = fate.nextAttemptAtMs
    row.status = fate.status
    row.lease = null
    row.leasedUntilMs = 0
  }

  const steer = (sender: string, held: boolean): number => {
    const rows = [...kept.values()].flatMap(({ message, rows }) => (message.sender === sender ? rows : []))
    const steered = rows.filter((row) => row.held !== held && row.leasedUntilMs <= clock.now())
    for (const row of steered) row.held = held
    return steered.length
  }

  const submitted = new Map<QueueId, Submitted>()

  const untouched = (id: QueueId): boolean => {
    const rows = kept.get(id)?.rows
    return submitted.get(id)?.begun === false && rows !== undefined && rows.every(({ lease, attempts }) => lease === null && attempts === 0)
  }

  const add = (message: NewQueued): void => {
    const nowMs = clock.now()
    const dueMs = Math.max(nowMs, message.releaseAtMs ?? 0)
    const fresh = { attempts: 0, delayTold: false, dueMs, status: null, lease: null, leasedUntilMs: 0, dropped: false }
    const rows = message.recipients.map(({ domain, sealed }, number) => ({ number, domain, sealed, held: message.held, ...fresh }))
    kept.set(message.id, { message, queuedAtMs: nowMs, rows })
  }

  const note = (id: QueueId, fates: readonly Fate[]): void => {
    const submission = submitted.get(id)
    if (submission === undefined) return
    submission.begun = true
    for (const fate of fates) submission.fates.set(fate.number, { number: fate.number + 1, fate: fate.fate, status: 'status' in fate ? fate.status : null })
  }

  return {
    kept,
    bounced,
    enqueue: async (message) => add(message),
    async submit(message) {
      if (submitted.has(message.id)) return false
      submitted.set(message.id, { sender: message.sender, takenBack: false, begun: false, fates: new Map() })
      add(message)
      return true
    },
    async forgo(id, sender) {
      if (!submitted.has(id)) submitted.set(id, { sender, takenBack: true, begun: false, fates: new Map() })
      const found = submitted.get(id)
      return found?.sender === sender && found.takenBack
    },
    async cancel(id, sender) {
      const submission = submitted.get(id)
      if (submission?.sender !== sender || !untouched(id)) return false
      submission.takenBack = true
      return kept.delete(id)
    },
    async submissions(ids, sender) {
      return ids.flatMap((id) => {
        const found = submitted.get(id)
        if (found?.sender !== sender) return []
        return [{ id, undo: found.takenBack ? 'canceled' : untouched(id) ? 'pending' : 'final', fates: [...found.fates.values()] } as const]
      })
    },
    holdSender: async (sender) => steer(sender, true),
    releaseSender: async (sender) => steer(sender, false),
    async waiting(after, limit) {
      const nowMs = clock.now()
      const due = byPriority().flatMap(({ message, rows }) =>
        rows.filter((row) => isDue(row, nowMs)).map(({ domain }) => ({ domain, urgent: message.priority > 0 })))
      const urgent = due.filter((one) => one.urgent)
      const names = [...new Set(due.map(({ domain }) => domain))].sort().filter((domain) => domain > after)
      return [...urgent, ...names.slice(0, limit).map((domain) => ({ domain, urgent: false }))]
    },
    async claim(wanted, leaseMs) {
      return wanted.flatMap(({ domain, count }) => {
        const claimed: Claimed[] = []
        for (const entry of byPriority()) {
          const one = claimed.length < count ? claimOne(entry, domain, leaseMs) : undefined
          if (one !== undefined) claimed.push(one)
        }
        return claimed
      })
    },
    async renew(held, leaseMs) {
      for (const { id, lease } of held) {
        const rows = kept.get(id)?.rows.filter((row) => row.lease === lease) ?? []
        for (const row of rows) row.leasedUntilMs = clock.now() + leaseMs
      }
    },
    body: async (id) => kept.get(id)?.message.body,
    async settle(id, lease, fates) {
      const entry = kept.get(id)
      if (entry === undefined || !fates.every(({ number }) => entry.rows.some((row) => row.number === number && row.lease === lease))) {
        return false
      }
      note(id, fates)
      for (const fate of fates) {
        const at = entry.rows.findIndex((row) => row.number === fate.number)
        const row = entry.rows[at]
        if (row !== undefined && fate.fate === 'deferred') deferRow(row, fate)
        else entry.rows.splice(at, 1)
        if (fate.fate === 'failed') bounced.set(id, [...(bounced.get(id) ?? []), `${fate.number} ${fate.status}`])
      }
      if (entry.rows.length === 0) kept.delete(id)
      return true
    },
    async nextDueMs() {
      const due = [...kept.values()].flatMap(({ rows }) => rows.filter(({ held }) => !held).map((row) => Math.max(row.dueMs, row.leasedUntilMs)))
      return due.length === 0 ? null : Math.min(...due)
    },
    forgetBounced: async () => 0,
  }
}
