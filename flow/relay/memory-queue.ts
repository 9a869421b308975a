/** The outbound queue in memory: the port's fake for tests, with leases that expire by the clock given. */
import type { Clock } from '@bulkhead/base/clock.ts'
import type { QueueId } from '@bulkhead/base/ids.ts'
import type { Claimed, CourierQueue, Fate, NewQueued, SubmissionQueue } from '@bulkhead/mail/ports/queue.ts'

interface Row {
  readonly number: number
  readonly domain: string
  readonly sealed: Uint8Array
  attempts: number
  dueMs: number
  status: string | null
  lease: bigint | null
  leasedUntilMs: number
  held: boolean
}

interface Kept {
  readonly message: NewQueued
  readonly queuedAtMs: number
  readonly rows: Row[]
}

export interface MemoryQueue extends CourierQueue, SubmissionQueue {
  readonly kept: ReadonlyMap<QueueId, Kept>
}

const isDue = (row: Row, nowMs: number): boolean => !row.held && row.dueMs <= nowMs && row.leasedUntilMs <= nowMs

export const memoryQueue = (clock: Clock): MemoryQueue => {
  const kept = new Map<QueueId, Kept>()
  let lastLease = 0n

  const claimOne = ({ message, queuedAtMs, rows }: Kept, leaseMs: number): Claimed | undefined => {
    const nowMs = clock.now()
    const first = rows.find((row) => isDue(row, nowMs))
    if (first === undefined) return undefined
    const lease = (lastLease += 1n)
    const taken = rows.filter((row) => row.domain === first.domain && isDue(row, nowMs))
    for (const row of taken) {
      row.lease = lease
      row.leasedUntilMs = nowMs + leaseMs
    }
    const recipients = taken.map(({ number, domain, sealed, attempts }) => ({ number, domain, sealed, attempts }))
    return { id: message.id, lease, queuedAtMs, sizeBytes: message.sizeBytes, envelope: message.envelope, recipients }
  }

  const settleRow = (row: Row, fate: Exclude<Fate, { fate: 'done' }>): void => {
    row.attempts += 1
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

  return {
    kept,
    async enqueue(message) {
      const nowMs = clock.now()
      const rows = message.recipients.map(({ domain, sealed }, number) => {
        const dueMs = Math.max(nowMs, message.releaseAtMs ?? 0)
        return { number, domain, sealed, attempts: 0, dueMs, status: null, lease: null, leasedUntilMs: 0, held: message.held }
      })
      kept.set(message.id, { message, queuedAtMs: nowMs, rows })
    },
    async cancel(id) {
      const entry = kept.get(id)
      if (entry === undefined || entry.rows.some(({ lease, attempts }) => lease !== null || attempts > 0)) return false
      return kept.delete(id)
    },
    holdSender: async (sender) => steer(sender, true),
    releaseSender: async (sender) => steer(sender, false),
    async claim(limit, leaseMs) {
      const claimed: Claimed[] = []
      const byPriority = [...kept.values()].sort((a, b) => b.message.priority - a.message.priority)
      for (const entry of byPriority) {
        while (claimed.length < limit) {
          const one = claimOne(entry, leaseMs)
          if (one === undefined) break
          claimed.push(one)
        }
      }
      return claimed
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
      for (const fate of fates) {
        const at = entry.rows.findIndex((row) => row.number === fate.number)
        const row = entry.rows[at]
        if (row !== undefined && fate.fate === 'deferred') settleRow(row, fate)
        else entry.rows.splice(at, 1)
      }
      if (entry.rows.length === 0) kept.delete(id)
      return true
    },
    async nextDueMs() {
      const due = [...kept.values()].flatMap(({ rows }) => rows.map((row) => Math.max(row.dueMs, row.leasedUntilMs)))
      return due.length === 0 ? null : Math.min(...due)
    },
  }
}
