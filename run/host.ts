/**
 * Hosts one role in its own process: takes its start from the supervisor over IPC, answers health, applies changes,
 * stops in order. It ends itself when the supervisor is gone, and with a code other than 0 when something is broken.
 */
import { systemClock } from '@bulkhead/base/clock.ts'
import { describeError } from '@bulkhead/base/fault.ts'
import { lineLog, type Log } from '@bulkhead/base/log.ts'
import { meter } from '@bulkhead/base/meter.ts'
import type { FromProcess, ProcessName, Start, StartOf, ToProcess } from '@bulkhead/door/contracts/start.ts'
import type { Sealing } from '@bulkhead/seal/sealing.ts'
import type { Role, RunningRole } from './processes/role.ts'
import { gatheredLines } from './gathered-lines.ts'
import { collectWhenIdle } from './idle-memory.ts'
import { startTeller, type Teller } from './teller.ts'

/** A role that has not stopped by then is left to end with the process. */
const stopMsMax = 5_000
/** Files of a process are for its account and group: blobs are shared by the processes that may read them. */
const fileMask = 0o007

/** A process loads its own root and nothing of another's. */
const roots: { readonly [P in ProcessName]: () => Promise<Role<P>> } = {
  vault: async () => (await import('./processes/vault.ts')).vault,
  warden: async () => (await import('./processes/warden.ts')).warden,
  intake: async () => (await import('./processes/intake.ts')).intake,
  mailroom: async () => (await import('./processes/mailroom.ts')).mailroom,
  courier: async () => (await import('./processes/courier.ts')).courier,
  desk: async () => (await import('./processes/desk.ts')).desk,
  gate: async () => (await import('./processes/gate.ts')).gate,
  scout: async () => (await import('./processes/scout.ts')).scout,
  reader: async () => (await import('./processes/reader.ts')).reader,
  watch: async () => (await import('./processes/watch.ts')).watch,
}

export const loadRole = <P extends ProcessName>(name: P): Promise<Role<P>> => roots[name]()

interface Hosted {
  readonly log: Log
  readonly teller: Teller
  readonly role: RunningRole
}

const lines = gatheredLines((text) => void process.stdout.write(text))

const say = (message: FromProcess): void => {
  if (process.connected) process.send?.(message)
}

const begin = async (start: Start, sealing: Sealing, load: typeof loadRole): Promise<Hosted> => {
  const log = lineLog({ cell: start.cell, process: start.process }, lines.put, start.logLevel)
  const counters = meter()
  const teller = startTeller({ cell: start.cell, process: start.process }, start.knocks['watch'], counters, systemClock)
  const run = await load(start.process)
  const role = await run(start as StartOf<typeof start.process>, {
    log, meter: counters, clock: systemClock, sealing, tell: (event) => teller.tell(event),
  })
  collectWhenIdle()
  say({ say: 'ready', ...(role.publicKey === undefined ? {} : { publicKey: role.publicKey }) })
  return { log, teller, role }
}

export const host = (sealing: Sealing, load: typeof loadRole = loadRole): void => {
  let hosted: Promise<Hosted> | undefined
  let stopping = false

  const fail = (error: unknown): never => {
    process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), level: 'error', event: 'processFailed', ...describeError(error) })}\n`)
    say({ say: 'failed', reason: JSON.stringify(describeError(error)) })
    process.exit(1)
  }
  const stop = (): void => {
    if (stopping) return
    stopping = true
    setTimeout(() => process.exit(0), stopMsMax).unref()
    void (async () => {
      if (hosted !== undefined) {
        const { role, teller } = await hosted
        await role[Symbol.asyncDispose]()
        await teller[Symbol.asyncDispose]()
      }
      process.exit(0)
    })().catch(fail)
  }

  process.umask(fileMask)
  process.on('exit', lines.flush)
  process.on('uncaughtException', fail)
  process.on('unhandledRejection', fail)
  process.on('SIGTERM', stop)
  // An interrupt at the terminal reaches every process; the supervisor stops them in order.
  process.on('SIGINT', () => undefined)
  process.on('disconnect', stop)
  process.stdout.on('error', () => undefined)
  process.on('message', (message: ToProcess) => {
    if (message.say === 'start') {
      hosted = begin(message.start, sealing, load)
      hosted.catch(fail)
    } else if (message.say === 'health') say({ say: 'healthy', id: message.id })
    else if (message.say === 'stop') stop()
    else void hosted?.then(({ role }) => role.apply(message))
  })
}
