/**
 * Seals notes and keeps them in batches, behind the work they tell of. What was noted within the last moments is lost
 * when the process dies: the trace explains, the journal and the queue are the truth.
 */
import type { Clock } from '@bulkhead/base/clock.ts'
import type { Log } from '@bulkhead/base/log.ts'
import type { Meter } from '@bulkhead/base/meter.ts'
import type { CarriedKey } from '@bulkhead/seal/carried-key.ts'
import type { Sealing } from '@bulkhead/seal/sealing.ts'
import { sealTrace } from '@bulkhead/seal/trace.ts'
import type { TraceNote, Tracer } from '../ports/trace.ts'
import type { SealedNote, TraceWriter } from '../ports/trace-store.ts'
import { keysOfNote, type TraceKeys } from './keys.ts'
import { encodeTraceNote } from './record.ts'

const keepEveryMs = 250
const batchMax = 1_000
/** Notes that wait while the database is away; then the oldest go. */
const waitingMax = 20_000
/** One key seals an hour's notes of a process. */
const keyForMs = 3_600_000

export interface TracerParts {
  readonly writer: TraceWriter
  readonly sealing: Sealing
  /** Of the cell's trace; its private half only the vault has. */
  readonly publicKey: Uint8Array
  readonly keys: TraceKeys
  readonly clock: Clock
  readonly log: Log
  readonly meter: Meter
}

interface Waiting {
  readonly atMs: number
  readonly note: TraceNote
}

export const startTracer = ({ writer, sealing, publicKey, keys, clock, log, meter }: TracerParts): Tracer & AsyncDisposable => {
  let waiting: Waiting[] = []
  let key: (CarriedKey & { readonly untilMs: number }) | undefined
  let keeping: Promise<void> | undefined

  const keyNow = (): CarriedKey => {
    if (key === undefined || key.untilMs < clock.now()) key = { ...sealing.newContentKey(publicKey), untilMs: clock.now() + keyForMs }
    return key
  }

  const sealed = ({ atMs, note }: Waiting): SealedNote => ({
    atMs,
    message: note.message,
    keys: keysOfNote(keys, note),
    sealed: sealTrace(sealing, keyNow(), note.message, encodeTraceNote(note)),
  })

  const trim = (): void => {
    const over = waiting.length - waitingMax
    if (over <= 0) return
    waiting = waiting.slice(over)
    meter.count('trace_notes_lost_total', over)
  }

  const keep = async (): Promise<void> => {
    const batch = waiting.slice(0, batchMax)
    if (batch.length === 0) return
    waiting = waiting.slice(batch.length)
    try {
      await writer.add(batch.map(sealed))
      meter.count('trace_notes_total', batch.length)
    } catch (error) {
      log.error('traceNotKept', error, { notes: batch.length })
      waiting = [...batch, ...waiting]
      trim()
    }
  }

  const turn = (): void => {
    if (waiting.length === 0) return
    keeping ??= keep().finally(() => {
      keeping = undefined
    })
  }
  const timer = setInterval(turn, keepEveryMs)
  timer.unref()

  return {
    note(note) {
      waiting.push({ atMs: clock.now(), note })
      trim()
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await keeping
      while (waiting.length > 0) {
        const before = waiting.length
        await keep()
        // The database is away: it will not come back for us.
        if (waiting.length >= before) return
      }
    },
  }
}
