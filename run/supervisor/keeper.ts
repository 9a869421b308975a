/**
 * Keeps one process running: starts it, waits until it is ready, asks after its health, starts it again when it ends, and
 * stops it. The reason of a failure at the very first start reaches whoever waits for `ready`.
 */
import type { ChildProcess } from 'node:child_process'
import { Fault } from '@bulkhead/base/fault.ts'
import type { FromProcess, Start, ToProcess } from '@bulkhead/door/contracts/start.ts'
import type { Base64 } from '@bulkhead/door/contracts/vault.ts'
import { afterEnd, noFailures, startFailuresMax, type Tries } from './back-off.ts'
import { lineSplitter } from './log-file.ts'

export type ProcessState = 'starting' | 'ready' | 'waiting' | 'stopping' | 'stopped'

export interface KeptProcess {
  readonly name: string
  state(): ProcessState
  pid(): number | undefined
  restarts(): number
  /** Resolves at the first readiness; rejects where it never comes. */
  readonly ready: Promise<void>
  /** Tells it a fact that changed. One that is starting hears the newest of each kind when it is ready: it was started with what was known before. */
  send(message: ToProcess): void
  /** Ends it, to be started again at once with new facts; resolves when it is ready. */
  restart(): Promise<void>
  /** Asks it to stop and kills it at the deadline. */
  stop(deadlineMs: number): Promise<void>
}

export interface KeepOptions {
  readonly name: string
  launch(): ChildProcess
  /** Made anew for every start: facts change. */
  start(): Start
  /** Every time it becomes ready. */
  onReady(publicKey: Base64 | undefined): void
  /** Every time it is gone. */
  onGone?(): void
  log(line: string): void
  /** For the operator: something ended that should not have. */
  onTrouble(what: string): void
}

const healthEveryMs = 5_000
const healthMsMax = 30_000
const readyMsMax = 120_000

const event = (level: string, name: string, fields: object): string => JSON.stringify({ at: new Date().toISOString(), level, event: name, ...fields })

/** Starts a process now and for as long as it is kept. */
export const keep = (options: KeepOptions): KeptProcess => {
  let child: ChildProcess | undefined
  let state: ProcessState = 'starting'
  let tries: Tries = noFailures
  let restarts = 0
  let everReady = false
  let startedMs = 0
  let answeredMs = 0
  let reason = ''
  let lastHealth = 0
  let again: NodeJS.Timeout | undefined
  let renewed: PromiseWithResolvers<void> | undefined
  /** By kind: facts that changed since the process was started. */
  const news = new Map<ToProcess['say'], ToProcess>()
  const first = Promise.withResolvers<void>()
  first.promise.catch(() => undefined)
  const gone = Promise.withResolvers<void>()

  const tell = (message: ToProcess): void => {
    if (child?.connected === true) child.send(message, () => undefined)
  }

  const hear = (message: FromProcess): void => {
    answeredMs = Date.now()
    if (message.say === 'failed') reason = message.reason
    if (message.say !== 'ready' || state !== 'starting') return
    state = 'ready'
    everReady = true
    first.resolve()
    renewed?.resolve()
    renewed = undefined
    for (const fact of news.values()) tell(fact)
    news.clear()
    options.onReady(message.publicKey)
  }

  const begin = (): void => {
    state = 'starting'
    startedMs = Date.now()
    answeredMs = startedMs
    reason = ''
    news.clear()
    const now = options.launch()
    child = now
    let ended = false
    now.stdout?.on('data', lineSplitter(options.log))
    now.stderr?.on('data', lineSplitter((line) => {
      reason = line
      options.log(event('error', 'stderr', { text: line.slice(0, 2_000) }))
    }))
    now.on('message', hear)
    const end = (how: string): void => {
      if (ended) return
      ended = true
      child = undefined
      options.onGone?.()
      onEnd(how)
    }
    now.on('error', (error) => end(error.message))
    now.on('exit', (code, signal) => end(signal === null ? `code ${code ?? '?'}` : `signal ${signal}`))
    now.send({ say: 'start', start: options.start() } satisfies ToProcess, () => undefined)
  }

  const onEnd = (how: string): void => {
    if (state === 'stopping') {
      state = 'stopped'
      gone.resolve()
      return
    }
    if (renewed !== undefined && state === 'ready') {
      begin()
      return
    }
    const { tries: next, waitMs } = afterEnd(tries, Date.now() - startedMs)
    tries = next
    options.log(event('error', 'processEnded', { how, waitMs }))
    if (!everReady && tries.failures >= startFailuresMax) {
      state = 'stopped'
      gone.resolve()
      first.reject(new Fault('misconfigured', `${options.name} does not start (${how}): ${reason || 'it gave no reason'}`))
      return
    }
    if (everReady) options.onTrouble(`${options.name} ended (${how}), starting it again in ${waitMs} ms`)
    state = 'waiting'
    restarts += 1
    again = setTimeout(begin, waitMs)
  }

  const health = setInterval(() => {
    if (child === undefined || state === 'stopping') return
    const silentMs = Date.now() - answeredMs
    if (silentMs > (state === 'starting' ? readyMsMax : healthMsMax)) {
      options.log(event('error', 'processSilent', { silentMs }))
      child.kill('SIGKILL')
    } else if (state === 'ready') child.send({ say: 'health', id: (lastHealth += 1) } satisfies ToProcess, () => undefined)
  }, healthEveryMs)

  begin()

  return {
    name: options.name,
    state: () => state,
    pid: () => child?.pid,
    restarts: () => restarts,
    ready: first.promise,
    send(message) {
      if (state === 'ready') tell(message)
      else if (state === 'starting') news.set(message.say, message)
    },
    restart() {
      renewed ??= Promise.withResolvers<void>()
      child?.send({ say: 'stop' } satisfies ToProcess, () => undefined)
      return renewed.promise
    },
    async stop(deadlineMs) {
      clearInterval(health)
      clearTimeout(again)
      if (child === undefined) state = 'stopped'
      if (state === 'stopped' || child === undefined) return
      state = 'stopping'
      if (child.connected) child.send({ say: 'stop' } satisfies ToProcess, () => undefined)
      const killer = setTimeout(() => child?.kill('SIGKILL'), Math.max(0, deadlineMs - Date.now()))
      await gone.promise
      clearTimeout(killer)
    },
  }
}
