/** Serves the supervisor's own door from a running platform. */
import { chmodSync, existsSync } from 'node:fs'
import type { Log } from '@bulkhead/base/log.ts'
import { serveDoor } from '@bulkhead/door/server.ts'
import { answered, refused } from '@bulkhead/door/verbs.ts'
import { loadConfig } from '../config/load.ts'
import type { ControlVerbs, ProcessReport } from '../supervisor/control.ts'
import type { KeptProcess } from '../supervisor/keeper.ts'
import { controlSocket } from '../supervisor/paths.ts'
import type { Platform } from '../supervisor/platform.ts'

const report = (process: KeptProcess): ProcessReport => ({
  name: process.name, state: process.state(), pid: process.pid() ?? null, restarts: process.restarts(),
})

export const serveControl = async (platform: Platform, startedAt: string, log: Log, onStop: () => void): Promise<AsyncDisposable> => {
  const path = controlSocket(platform.paths)
  let reloading = false
  const door = await serveDoor<ControlVerbs, 'cli'>([{ caller: 'cli', path }], {
    status() {
      const database = platform.database()
      return answered({
        pid: process.pid,
        startedAt,
        open: true,
        postgres: database === undefined ? null : { state: database.state(), pid: database.pid() ?? null, restarts: database.restarts() },
        watch: report(platform.watch()),
        cells: platform.cells().map((cell) => ({ cell: cell.config.id, processes: cell.processes().map(report) })),
      })
    },
    async reload() {
      if (reloading) return refused('busy')
      reloading = true
      try {
        return answered(await platform.reload(loadConfig(platform.paths.config)))
      } catch (error) {
        log.error('reloadFailed', error)
        return refused('startFailed')
      } finally {
        reloading = false
      }
    },
    async reroute() {
      await platform.reroute()
      return answered({})
    },
    stop() {
      setImmediate(onStop)
      return answered({})
    },
  }, log)
  if (existsSync(path)) chmodSync(path, 0o600)
  return door
}
