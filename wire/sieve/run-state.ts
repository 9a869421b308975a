/** One run of a script: what it has set, what it has decided, and what it may still cost. */
import type { SieveAction } from './actions.ts'
import type { SieveLimits } from './limits.ts'
import type { DuplicateQuestion, SievePart, SieveSurroundings } from './message.ts'

/** Names of variables that every script of the run sees (RFC 6609 section 3.4.2). */
const sharedPrefix = 'global.'

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
  /** By lower-case name: of the script that runs, and those all of them see (RFC 6609 section 3.4). */
  #own = new Map<string, string>()
  #shares = new Set<string>()
  readonly #shared = new Map<string, string>()
  #variables = 0
  #depth = 0
  readonly #included = new Set<string>()
  /** `${0}` to `${9}` of the last successful `:matches`. */
  captures: readonly string[] = []
  /** Flags of RFC 5232's internal variable. */
  flags: readonly string[] = []
  implicitKeep = true
  /** What `foreverypart` is at (RFC 5703). */
  part: SievePart | undefined
  /** Name of the loop that `break` leaves; null: the innermost. */
  breaksOutOf: string | null = null
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

  #placeOf(name: string): { readonly variables: Map<string, string>; readonly key: string } {
    if (name.startsWith(sharedPrefix)) return { variables: this.#shared, key: name.slice(sharedPrefix.length) }
    return { variables: this.#shares.has(name) ? this.#shared : this.#own, key: name }
  }

  /** Empty where it was never set. */
  variable(name: string): string {
    const { variables, key } = this.#placeOf(name)
    return variables.get(key) ?? ''
  }

  set(name: string, value: string): void {
    const { variables, key } = this.#placeOf(name)
    if (!variables.has(key) && (this.#variables += 1) > this.limits.variablesMax) throw new RunError('The script has too many variables')
    variables.set(key, value.slice(0, this.limits.variableCharsMax))
  }

  share(name: string): void {
    if (this.#shares.size >= this.limits.variablesMax) throw new RunError('The script has too many variables')
    this.#shares.add(name)
  }

  hasIncluded(name: string): boolean {
    return this.#included.has(name)
  }

  /** Another script runs, with variables of its own. */
  within<T>(name: string, run: () => T): T {
    if (this.#depth >= this.limits.includesDeepMax) throw new RunError(`Scripts include one another at most ${this.limits.includesDeepMax} deep`)
    const [own, shares, captures] = [this.#own, this.#shares, this.captures]
    this.#included.add(name)
    this.#own = new Map()
    this.#shares = new Set()
    this.captures = []
    this.#depth += 1
    const done = run()
    this.#variables -= this.#own.size
    this.#own = own
    this.#shares = shares
    this.captures = captures
    this.#depth -= 1
    return done
  }

  act(action: SieveAction): void {
    if (this.actions.length >= this.limits.actionsMax) throw new RunError('The script does too much')
    this.actions.push(action)
  }
}

export type Test = (run: RunState) => boolean
/** `stop`: nothing after it runs; `return`: nothing of this script; `break`: nothing of a loop. */
export type After = 'next' | 'stop' | 'return' | 'break'
export type Step = (run: RunState) => After

export const runSteps = (steps: readonly Step[], run: RunState): After => {
  for (const step of steps) {
    run.spend(1)
    const after = step(run)
    if (after !== 'next') return after
  }
  return 'next'
}
