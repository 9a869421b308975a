/**
 * How much the uploads of a cell may lie on its disk, whoever uploads: a share of what would be free without them, and never the last of
 * it, which is for mail. Measured now and then; what came since is counted. Where it is full, everything older than the hour that
 * RFC 8620 section 6.1 grants goes; what is still too much is not taken.
 */
import type { Clock } from '@bulkhead/base/clock.ts'
import type { Log } from '@bulkhead/base/log.ts'
import type { Meter } from '@bulkhead/base/meter.ts'
import type { UploadStore } from '../ports/upload-store.ts'

/** Of the space that would be free without uploads. */
export const cellShare = 0.25
/** Stays free for mail. */
export const freeBytesMin = 1024 ** 3
/** From this part of what may lie on the operator is warned. */
export const nearlyFull = 0.8
const measureEveryMs = 600_000
const dayMs = 86_400_000
const hourMs = 3_600_000
/** How often at most room is made, and all looked through for it. */
const shedEveryMs = 60_000

/** What may lie there in all. */
export const cellUploadBytesMax = (lyingBytes: number, freeBytes: number): number =>
  Math.max(0, Math.min((lyingBytes + freeBytes) * cellShare, lyingBytes + freeBytes - freeBytesMin))

export interface CellRoom extends AsyncDisposable {
  /** Promises so many bytes, where they fit, until they are settled. Rejects with the store's faults. */
  take(bytes: number): Promise<boolean>
  /** They lie there now, or came to nothing. */
  settle(bytes: number, kept: boolean): void
}

interface RoomPorts {
  readonly store: UploadStore
  readonly clock: Clock
  readonly log: Log
  readonly meter: Meter
}

export const cellRoom = ({ store, clock, log, meter }: RoomPorts): CellRoom => {
  let lyingBytes: number | undefined
  let promisedBytes = 0
  let shedAtMs = -Infinity
  let working: Promise<void> | undefined

  const measure = async (): Promise<number> => {
    await store.removeBefore(Math.floor(clock.now() / dayMs) - 1)
    const measured = await store.bytesLying()
    const mostBytes = cellUploadBytesMax(measured, await store.freeBytes())
    lyingBytes = measured
    meter.gauge('mailroom_upload_bytes', measured)
    meter.gauge('mailroom_upload_bytes_max', mostBytes)
    if (measured > mostBytes * nearlyFull) log.warn('uploadsNearlyFull', { lyingBytes: measured, mostBytes })
    return measured
  }
  const fits = async (bytes: number): Promise<boolean> => {
    const lying = lyingBytes ?? (await measure())
    return lying + promisedBytes + bytes <= cellUploadBytesMax(lying, await store.freeBytes())
  }
  const shed = async (): Promise<void> => {
    if (clock.now() - shedAtMs < shedEveryMs) return
    shedAtMs = clock.now()
    await store.removeOlder(clock.now() - hourMs)
    await measure()
  }
  const tick = (): void => {
    working ??= measure()
      .then(() => undefined, (fault: unknown) => log.error('uploadsNotMeasured', fault))
      .finally(() => {
        working = undefined
      })
  }
  const timer = setInterval(tick, measureEveryMs).unref()

  return {
    async take(bytes) {
      if (!(await fits(bytes))) {
        await shed()
        if (!(await fits(bytes))) return false
      }
      promisedBytes += bytes
      return true
    },
    settle(bytes, kept) {
      promisedBytes -= bytes
      if (kept) lyingBytes = (lyingBytes ?? 0) + bytes
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await working
    },
  }
}
