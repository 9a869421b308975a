/** One run of a script: what it has set, what it has decided, and what it may still cost. */
import type { SieveAction } from './actions.ts'
import type { SieveLimits } from './limits.ts'
import type { DuplicateQuestion, SieveSurroundings } from './message.ts'

/** Ends the run; caught in `run.ts` alone. */
export class RunError extends Error {}

/** Characters from which on a text is worth remembering. */
const longText = 256
/** Long texts remembered for each comparator. */
const foldedMax = 64

export class RunState {
  readonly around: SieveSurroundings
  readonly limits: SieveLimits
  readonly actions: SieveAction[] = []
  readonly asked: DuplicateQuestion[] = []
  /** By lower-case name. */
  readonly variables = new Map<string, string>()
  /** `${0}` to `${9}` of the last successful `:matches`. */
  captures: readonly string[] = []
  /** Flags of RFC 5232's internal variable. */
  flags: readonly string[] = []
  implicitKeep = true
  readonly #folded = new Map<string, Map<string, string>>()
  #cost = 0

  constructor(around: SieveSurroundings, limits: SieveLimits) {
    this.around = around
    this.limits = limits
  }

  /** Of a long text, as it was folded before: a body is asked about by many rules. */
  folded(comparator: string, text: string): string | undefined {
    return text.length < longText ? undefined : this.#folded.get(comparator)?.get(text)
  }

  keepFolded(comparator: string, text: string, folded: string): void {
    if (text.length < longText) return
    const kept = this.#folded.get(comparator) ?? new Map<string, string>()
    if (kept.size < foldedMax) this.#folded.set(comparator, kept.set(text, folded))
  }

  spend(characters: number): void {
    this.#cost += characters + 1
    if (this.#cost > this.limits.costMax) throw new RunError('The script looks at too much')
  }

  set(name: string, value: string): void {
    if (!this.variables.has(name) && this.variables.size >= this.limits.variablesMax) throw new RunError('The script has too many variables')
    this.variables.set(name, value.slice(0, this.limits.variableCharsMax))
  }

  act(action: SieveAction): void {
    if (this.actions.length >= this.limits.actionsMax) throw new RunError('The script does too much')
    this.actions.push(action)
  }
}

export type Test = (run: RunState) => boolean
/** `stop`: nothing after it runs. */
export type Step = (run: RunState) => 'next' | 'stop'

export const runSteps = (steps: readonly Step[], run: RunState): 'next' | 'stop' => {
  for (const step of steps) {
    run.spend(1)
    if (step(run) === 'stop') return 'stop'
  }
  return 'next'
}
