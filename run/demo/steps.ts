/** What of the demonstration is planted, a line a step: a planting that was interrupted goes on where it was, with the same mail. */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'

export interface Steps {
  /** When the first attempt began: mail is dated by it. */
  readonly beganAtMs: number
  /** An earlier attempt may have done a step without having noted it. */
  readonly resumes: boolean
  /** Does what was not done yet, and notes it. */
  once(step: string, act: () => Promise<void>): Promise<void>
}

const note = (file: string, line: string): void => {
  const handle = openSync(file, 'a', 0o600)
  try {
    writeSync(handle, `${line}\n`)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

export const stepsIn = (file: string, nowMs: number): Steps => {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []
  const began = Number(lines[0])
  const resumes = Number.isSafeInteger(began) && began > 0
  // The last one is noted when its line is whole.
  const done = new Set(lines.slice(1, -1))
  if (!resumes) note(file, `${nowMs}`)
  return {
    beganAtMs: resumes ? began : nowMs,
    resumes,
    async once(step, act) {
      if (done.has(step)) return
      await act()
      done.add(step)
      note(file, step)
    },
  }
}
