/** Keeps the platform's own PostgreSQL running, as the keeper does the processes. */
import { join } from 'node:path'
import { Fault } from '@bulkhead/base/fault.ts'
import type { Secret } from '@bulkhead/base/secret.ts'
import { startEmbedded, type EmbeddedPostgres } from '../postgres/embedded.ts'
import type { OsAccount } from '../postgres/os-account.ts'
import { afterEnd, noFailures } from './back-off.ts'
import { logDirectory, postgresDirectory, postgresSocket, type PlatformPaths } from './paths.ts'

export interface KeptDatabase {
  readonly adminUrl: Secret<string>
  state(): 'ready' | 'waiting' | 'stopped'
  pid(): number | undefined
  restarts(): number
  stop(): Promise<void>
}

export const keepDatabase = async (
  paths: PlatformPaths,
  runAs: OsAccount | null,
  superuserPassword: Secret<string>,
  onTrouble: (what: string) => void,
): Promise<KeptDatabase> => {
  let server: EmbeddedPostgres | undefined
  let tries = noFailures
  let restarts = 0
  let stopping = false
  let again: NodeJS.Timeout | undefined
  let starting: Promise<void> | undefined

  const begin = async (): Promise<void> => {
    const startedMs = Date.now()
    server = await startEmbedded({
      dataDirectory: postgresDirectory(paths), socketDirectory: postgresSocket(paths), logFile: join(logDirectory(paths), 'postgres.log'),
      superuserPassword, runAs,
      onExit: (code, signal) => {
        server = undefined
        if (stopping) return
        later(`PostgreSQL ended (${signal ?? `code ${code ?? '?'}`})`, Date.now() - startedMs)
      },
    })
  }
  const later = (what: string, ranMs: number): void => {
    const next = afterEnd(tries, ranMs)
    tries = next.tries
    restarts += 1
    onTrouble(`${what}, starting it again in ${next.waitMs} ms`)
    again = setTimeout(() => {
      starting = begin().catch((error: unknown) => {
        if (!stopping) later(`PostgreSQL does not start: ${error instanceof Fault ? error.detail : 'unknown reason'}`, 0)
      })
    }, next.waitMs)
  }

  await begin()
  const first = server as EmbeddedPostgres | undefined
  if (first === undefined) throw new Fault('misconfigured', `PostgreSQL ended at once; ${join(logDirectory(paths), 'postgres.log')} says why`)
  return {
    adminUrl: first.adminUrl,
    state: () => (stopping ? 'stopped' : server === undefined ? 'waiting' : 'ready'),
    pid: () => server?.pid,
    restarts: () => restarts,
    async stop() {
      stopping = true
      clearTimeout(again)
      await starting
      await server?.stop()
    },
  }
}
