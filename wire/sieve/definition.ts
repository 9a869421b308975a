/** What a command or test is: its arguments, the extension it belongs to, and how it becomes a step. One file each. */
import type { SieveLimits } from './limits.ts'
import type { Step, Test } from './run-state.ts'
import type { Taken } from './taken.ts'

export type Takes = 'none' | 'string' | 'strings' | 'number'

export interface TagRule {
  readonly takes: Takes
  /** Extension that has to be required. */
  readonly needs?: string
  /** Of these one at most may stand. */
  readonly group?: string
}

export interface Signature {
  readonly tags: Readonly<Record<string, TagRule>>
  readonly positional: readonly Exclude<Takes, 'none'>[]
  /** The first positional argument may be left out. */
  readonly firstMayMiss?: boolean
}

export interface Compiling {
  readonly limits: SieveLimits
  requires(extension: string): boolean
  /** The script is refused; what is compiled goes on, so that its writer sees other mistakes too. */
  mistake(at: number, message: string): void
}

export interface TestDefinition {
  readonly name: string
  readonly needs: string | null
  readonly signature: Signature
  readonly tests: 'none' | 'one' | 'many'
  compile(taken: Taken, tests: readonly Test[], compiling: Compiling): Test
}

export interface CommandDefinition {
  readonly name: string
  readonly needs: string | null
  readonly signature: Signature
  compile(taken: Taken, compiling: Compiling): Step
}

export const noArguments: Signature = { tags: {}, positional: [] }
