/** What a command or test is: its arguments, the extension it belongs to, and how it becomes a step. One file each. */
import type { SieveLimits } from './limits.ts'
import type { Step, Test } from './run-state.ts'
import type { Template } from './template.ts'

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
  /** From here on it counts as required (RFC 5463). */
  enable(extension: string): void
  /** The script by that name (RFC 6609); undefined where there is none. */
  included(name: string): Included | undefined
  /** Names of the loops around, the innermost last. */
  readonly loops: readonly (string | null)[]
  /** The script is refused; what is compiled goes on, so that its writer sees other mistakes too. */
  mistake(at: number, message: string): void
  /** The script is as good as any, and its writer may not have meant that. */
  warning(at: number, message: string): void
}

/** A script that another includes; null where it is wrong. */
export interface Included {
  readonly steps: readonly Step[] | null
}

export interface TestDefinition {
  readonly name: string
  readonly needs: string | null
  readonly signature: Signature
  readonly tests: 'none' | 'one' | 'many'
  /** What it is whatever the message, where that is known. `tests`: of those in it. */
  constant?(taken: Taken, tests: readonly (boolean | undefined)[], compiling: Compiling): boolean | undefined
  compile(taken: Taken, tests: readonly Test[], compiling: Compiling): Test
}

export interface CommandDefinition {
  readonly name: string
  readonly needs: string | null
  readonly signature: Signature
  /** A block follows instead of a semicolon: a loop that `break` leaves, by its name. */
  block?(taken: Taken): { readonly loop: string | null }
  /** `block`: none where it has none. */
  compile(taken: Taken, compiling: Compiling, block: readonly Step[]): Step
}

export const noArguments: Signature = { tags: {}, positional: [] }

export interface Taken {
  readonly at: number
  /** Negative: from the end. Where the positional argument stands, or the command. */
  placeOf(position: number): number
  has(tag: string): boolean
  /** Where the script is wrong: an empty text, an empty list, 0; it is refused anyway. */
  tagText(tag: string): Template | undefined
  tagTexts(tag: string): readonly Template[] | undefined
  tagNumber(tag: string): number | undefined
  /** As it stands in the script, for what may not depend on the message. */
  tagConstant(tag: string): string | undefined
  text(position: number): Template
  texts(position: number): readonly Template[]
  number(position: number): number
  /** Negative: from the end. */
  constants(position: number): readonly string[]
  missing(position: number): boolean
}
