/** A run that is interrupted ends what it has started and leaves nothing on the disk, as one that comes to its end does. */
import type { ChildProcess } from 'node:child_process'
import { constants } from 'node:os'
import { rmSync } from 'node:fs'

const started = new AsyncDisposableStack()

/** Ended with the run, the newest first, unless it has been before: it must bear to be ended twice. */
export const endedWithRun = <T extends AsyncDisposable>(resource: T): T => started.use(resource)

export const removedWithRun = (directory: string): void => started.defer(() => rmSync(directory, { recursive: true, force: true }))

let interrupted = false

export const endOnSignals = (): void => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      interrupted = true
      process.stderr.write(`${signal}: ending what was started\n`)
      void started.disposeAsync().finally(() => process.exit(128 + constants.signals[signal]))
    })
  }
}

/** What the work gives. What fails because the ground was taken from under it is not heard: the run ends when all is ended. */
export const unlessInterrupted = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work
  } catch (fault) {
    if (interrupted) return await new Promise<never>(() => undefined)
    throw fault
  }
}

/** Until it has gone, by `end`; at once where it has. */
export const endChild = async (child: ChildProcess, end: (pid: number) => void): Promise<void> => {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  end(child.pid)
  await gone
}
