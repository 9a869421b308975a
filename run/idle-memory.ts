/**
 * V8 collects while a program allocates: one that served thousands and falls silent keeps what they left. After a busy time,
 * a process that does next to nothing collects a few times, until what is free has gone back to the system.
 */
export const lookEveryMs = 5_000
/** Of one core: less is next to nothing. */
const busyShare = 0.03
/** A larger heap would stand still for too long. */
const heapBytesMax = 256 * 1024 * 1024
/** V8 lets go of free pages a collection or two later. */
export const collectionsMax = 4

/** Told of every look how much processor time went by since the last. */
export const idleCollector = (collect: () => void) => {
  let collections = 0
  return (cpuMs: number): void => {
    if (cpuMs > lookEveryMs * busyShare) collections = collectionsMax
    else if (collections > 0) {
      collections -= 1
      collect()
    }
  }
}

/** Needs `--expose-gc`; does nothing without it. */
export const collectWhenIdle = (): void => {
  const { gc } = globalThis
  if (gc === undefined) return
  const look = idleCollector(() => {
    if (process.memoryUsage().heapUsed <= heapBytesMax) void gc()
  })
  let since = process.cpuUsage()
  setInterval(() => {
    const { user, system } = process.cpuUsage(since)
    look((user + system) / 1_000)
    // What collecting took is no work.
    since = process.cpuUsage()
  }, lookEveryMs).unref()
}
