/** Answers by question until their lifetime ends; bounded by number and by bytes, the oldest go first. */
import type { Clock } from '@bulkhead/base/clock.ts'
import type { DnsAnswer, DnsRecords, DnsType } from '@bulkhead/door/contracts/scout.ts'
import { awaySeconds, type CacheLimits } from './limits.ts'

export interface AnswerCache {
  /** With what is left of its lifetime, in whole seconds. */
  get<T extends DnsType>(name: string, type: T): DnsAnswer<DnsRecords[T]> | undefined
  set<T extends DnsType>(name: string, type: T, answer: DnsAnswer<DnsRecords[T]>): void
  readonly size: number
}

interface Entry {
  readonly answer: DnsAnswer<DnsRecords[DnsType]>
  readonly untilMs: number
  readonly bytes: number
}

/** Of the map, the entry and the objects of an answer, roughly. */
const entryBytes = 300
const recordBytes = 120

const bytesOf = (key: string, answer: DnsAnswer<DnsRecords[DnsType]>): number => {
  if (answer.is !== 'found') return entryBytes + key.length
  const texts = answer.records.reduce((sum: number, record) => sum + (typeof record === 'string' ? record : JSON.stringify(record)).length, 0)
  return entryBytes + key.length + recordBytes * answer.records.length + texts
}

export const answerCache = (limits: CacheLimits, clock: Clock): AnswerCache => {
  const entries = new Map<string, Entry>()
  let held = 0

  const drop = (key: string): void => {
    held -= entries.get(key)?.bytes ?? 0
    entries.delete(key)
  }

  return {
    get<T extends DnsType>(name: string, type: T): DnsAnswer<DnsRecords[T]> | undefined {
      const key = `${type} ${name}`
      const entry = entries.get(key)
      if (entry === undefined) return undefined
      const leftMs = entry.untilMs - clock.now()
      if (leftMs <= 0) {
        drop(key)
        return undefined
      }
      const answer = entry.answer as DnsAnswer<DnsRecords[T]>
      return answer.is === 'away' ? answer : { ...answer, ttlSeconds: Math.ceil(leftMs / 1_000) }
    },
    set(name, type, answer) {
      const key = `${type} ${name}`
      drop(key)
      const bytes = bytesOf(key, answer)
      const lifeMs = (answer.is === 'away' ? awaySeconds : answer.ttlSeconds) * 1_000
      if (lifeMs <= 0 || bytes > limits.bytesMax) return
      entries.set(key, { answer, untilMs: clock.now() + lifeMs, bytes })
      held += bytes
      for (const oldest of entries.keys()) {
        if (entries.size <= limits.entriesMax && held <= limits.bytesMax) break
        drop(oldest)
      }
    },
    get size() {
      return entries.size
    },
  }
}
