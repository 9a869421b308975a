/** Runs a program over a message: decisions out, nothing done. Never throws; a script that fails keeps the message. */
import type { SieveAction } from './actions.ts'
import type { Program } from './compile.ts'
import type { DuplicateQuestion, SieveSurroundings } from './message.ts'
import { RunError, RunState, runSteps } from './run-state.ts'

export interface Decision {
  /** In order; without the implicit keep. */
  readonly actions: readonly SieveAction[]
  /** RFC 5228 section 2.10.2: nothing took the message away. */
  readonly implicitKeep: boolean
  /** For the implicit keep (RFC 5232 section 5). */
  readonly flags: readonly string[]
  /** What it asked of messages before; where one was not known, it was taken as not seen. */
  readonly asked: readonly DuplicateQuestion[]
}

export type Outcome = { readonly is: 'decided'; readonly decision: Decision } | { readonly is: 'failed'; readonly why: string }

const moving: readonly SieveAction['is'][] = ['keep', 'fileinto', 'redirect', 'vacation']

/** RFC 5429 section 2.4, RFC 5230 section 4.7: who refuses a message does nothing else with it. */
const conflictIn = (actions: readonly SieveAction[]): string | undefined => {
  const refusals = actions.filter(({ is }) => is === 'reject').length
  if (refusals > 1) return 'The script refuses the message twice'
  return refusals > 0 && actions.some(({ is }) => moving.includes(is)) ? 'The script refuses the message and keeps or sends it as well' : undefined
}

export const runSieve = (program: Program, around: SieveSurroundings): Outcome => {
  const run = new RunState(around, program.limits)
  try {
    runSteps(program.steps, run)
  } catch (error) {
    if (error instanceof RunError) return { is: 'failed', why: error.message }
    throw error
  }
  const conflict = conflictIn(run.actions)
  if (conflict !== undefined) return { is: 'failed', why: conflict }
  return { is: 'decided', decision: { actions: run.actions, implicitKeep: run.implicitKeep, flags: run.flags, asked: run.asked } }
}
