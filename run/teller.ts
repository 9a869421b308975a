/**
 * Tells `watch` what a process granted and counted, once a second. It never waits and never fails its process: while
 * `watch` is away events are held up to a limit, beyond which the oldest go and their number is told.
 */
import type { Clock } from '@bulkhead/base/clock.ts'
import type { Meter } from '@bulkhead/base/meter.ts'
import { knock } from '@bulkhead/door/client.ts'
import type { WatchEvent, WatchVerbs } from '@bulkhead/door/contracts/watch.ts'

const tellEveryMs = 1_000
const heldMax = 20_000
/** Of one frame, which has a limit of its own. */
const eventsPerFrameMax = 2_000

export interface Teller extends AsyncDisposable {
  tell(event: Omit<WatchEvent, 'at'>): void
}

/** How this process is doing, beside what its role counts. */
const vitals = (meter: Meter, lagMs: number): void => {
  const { rss, heapUsed } = process.memoryUsage()
  meter.gauge('process_resident_bytes', rss)
  meter.gauge('process_heap_used_bytes', heapUsed)
  meter.gauge('process_event_loop_lag_ms', Math.max(0, Math.round(lagMs)))
  meter.gauge('process_cpu_seconds', process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6)
}

export const startTeller = (
  from: Readonly<{ cell: string; process: string }>,
  path: string | undefined,
  meter: Meter,
  clock: Clock,
): Teller => {
  const door = path === undefined ? undefined : knock<WatchVerbs>(path)
  let held: WatchEvent[] = []
  let dropped = 0
  let telling: Promise<void> | undefined
  let expectedMs = clock.now() + tellEveryMs

  const send = async (): Promise<void> => {
    if (door === undefined) return
    if (dropped > 0) held.push({ at: new Date(clock.now()).toISOString(), kind: 'eventsDropped', count: dropped })
    const events = held.slice(0, eventsPerFrameMax)
    const metrics = [...meter.read()].map(([name, { kind, value }]) => ({ name, kind, value }))
    held = held.slice(events.length)
    const droppedThen = dropped
    dropped = 0
    try {
      await door.ask('tell', { ...from, events, metrics })
    } catch {
      held = [...events.filter(({ kind }) => kind !== 'eventsDropped'), ...held]
      dropped += droppedThen
      trim()
    }
  }
  const trim = (): void => {
    if (held.length <= heldMax) return
    dropped += held.length - heldMax
    held = held.slice(held.length - heldMax)
  }
  const tick = (): void => {
    const now = clock.now()
    vitals(meter, now - expectedMs)
    expectedMs = now + tellEveryMs
    telling ??= send().finally(() => {
      telling = undefined
    })
  }
  const timer = door === undefined ? undefined : setInterval(tick, tellEveryMs)

  return {
    tell(event) {
      if (door === undefined) return
      held.push({ at: new Date(clock.now()).toISOString(), ...event })
      trim()
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await telling
      if (held.length > 0) await Promise.race([send(), new Promise((resolve) => setTimeout(resolve, tellEveryMs).unref())])
      door?.[Symbol.dispose]()
    },
  }
}
