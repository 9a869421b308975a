/** `watch`: hears every process of every cell, keeps the ledger, serves metrics on loopback. */
import { serveDoor } from '@bulkhead/door/server.ts'
import { openLedger } from '@bulkhead/watch/ledger.ts'
import { metrics as collectMetrics } from '@bulkhead/watch/metrics.ts'
import { serveMetrics } from '@bulkhead/watch/metrics-server.ts'
import { watchHandlers } from '@bulkhead/watch/watch.ts'
import type { Role } from './role.ts'

const checkpointEveryMs = 60_000

export const watch: Role<'watch'> = async (start, { log, clock }) => {
  const ledger = openLedger(start.ledger, clock)
  const collected = collectMetrics(clock)
  const doors = Object.entries(start.serves).map(([caller, path]) => ({ caller, path }))
  const door = await serveDoor(doors, watchHandlers(ledger, collected), log)
  const server = start.metrics.port === 0 ? undefined : await serveMetrics(start.metrics, collected, log)
  const checkpoints = setInterval(() => ledger.checkpoint(), checkpointEveryMs)
  return {
    apply() {},
    async [Symbol.asyncDispose]() {
      clearInterval(checkpoints)
      await door[Symbol.asyncDispose]()
      await server?.[Symbol.asyncDispose]()
      ledger[Symbol.dispose]()
    },
  }
}
