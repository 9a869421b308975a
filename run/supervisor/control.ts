/** The supervisor's own door, for the command line of the same account. */
import type { ProcessState } from './keeper.ts'

export interface ProcessReport {
  readonly name: string
  readonly state: ProcessState
  readonly pid: number | null
  readonly restarts: number
}

export interface CellReport {
  readonly cell: string
  readonly processes: readonly ProcessReport[]
}

export type ControlVerbs = {
  readonly status: {
    readonly ask: Record<never, never>
    readonly answer: {
      readonly pid: number
      readonly startedAt: string
      readonly open: boolean
      readonly postgres: { readonly state: string; readonly pid: number | null; readonly restarts: number } | null
      readonly watch: ProcessReport | null
      readonly cells: readonly CellReport[]
    }
    readonly refusal: never
  }
  /** Reads the configuration anew: routes, and cells that were added. */
  readonly reload: {
    readonly ask: Record<never, never>
    readonly answer: { readonly started: readonly string[]; readonly needsRestart: readonly string[] }
    readonly refusal: 'configRefused' | 'startFailed' | 'busy'
  }
  /** A cell's domains changed: ask the desks, tell the couriers. */
  readonly reroute: { readonly ask: Record<never, never>; readonly answer: Record<never, never>; readonly refusal: never }
  /** Stops in order; answered before it begins. */
  readonly stop: { readonly ask: Record<never, never>; readonly answer: Record<never, never>; readonly refusal: never }
}
