/** From a script's bytes to a program, or to what is wrong with it. Never throws, whatever the bytes. */
import { utf8Text } from '@bulkhead/base/bytes.ts'
import { commands, tests } from './definitions.ts'
import type { Compiling, Included, TestDefinition } from './definition.ts'
import { extensions, impliedBy } from './extensions.ts'
import { sieveLimits, type SieveLimits } from './limits.ts'
import { placed, type Misplaced, type Mistake } from './mistake.ts'
import { runSteps, type Step, type Test } from './run-state.ts'
import { takenFrom } from './taken.ts'
import { parseTree, type CommandNode, type TestNode } from './tree.ts'

export interface Program {
  readonly steps: readonly Step[]
  /** As the script requires them. */
  readonly extensions: ReadonlySet<string>
  /** Names of those that stand in it, whether or not they are ever run. */
  readonly commands: ReadonlySet<string>
  /** Other scripts that it includes, and those again (RFC 6609). */
  readonly includes: ReadonlySet<string>
  readonly limits: SieveLimits
  /** What is right and yet perhaps not meant; in order of their places. */
  readonly warnings: readonly Mistake[]
}

export type Compiled =
  | { readonly is: 'program'; readonly program: Program }
  /** At least one; in order of their places. */
  | { readonly is: 'mistakes'; readonly mistakes: readonly Mistake[] }

/** Other scripts of the person, by name. */
export type Scripts = (name: string) => string | undefined

const noScripts: Scripts = () => undefined

/** `value`: what it is whatever the message, where that is known. */
interface KnownTest {
  readonly test: Test
  readonly value: boolean | undefined
}

const never: KnownTest = { test: () => false, value: undefined }

/** The scripts of one program: each compiled once, those that include themselves as if they had mistakes. */
class Library {
  readonly names = new Set<string>()
  readonly commands = new Set<string>()
  readonly limits: SieveLimits
  readonly #scripts: Scripts
  readonly #compiled = new Map<string, Included>()
  #bytes = 0

  constructor(limits: SieveLimits, scripts: Scripts) {
    this.limits = limits
    this.#scripts = scripts
  }

  script(name: string): Included | undefined {
    const known = this.#compiled.get(name)
    if (known !== undefined) return known
    const text = this.#scripts(name)
    if (text === undefined) return undefined
    const bytes = Buffer.from(text, 'utf8')
    const wrong: Included = { steps: null }
    this.#compiled.set(name, wrong)
    this.#bytes += bytes.length
    if (this.names.size >= this.limits.includesMax || this.#bytes > this.limits.includedBytesMax) return wrong
    this.names.add(name)
    const made = scriptOf(bytes, this)
    if (made.is === 'mistakes') return wrong
    const included: Included = { steps: made.steps }
    this.#compiled.set(name, included)
    return included
  }
}

class Compiler implements Compiling {
  readonly limits: SieveLimits
  readonly mistakes: Misplaced[] = []
  readonly warnings: Misplaced[] = []
  readonly required = new Set<string>()
  readonly loops: (string | null)[] = []
  readonly #library: Library
  /** What is compiled can't be reached (RFC 5463): nothing of it is a mistake. */
  #isDead = false

  constructor(library: Library) {
    this.limits = library.limits
    this.#library = library
  }

  requires(extension: string): boolean {
    return this.required.has(extension)
  }

  enable(extension: string): void {
    this.required.add(extension)
    const implied = impliedBy[extension]
    if (implied !== undefined) this.required.add(implied)
  }

  included(name: string): Included | undefined {
    return this.#isDead ? undefined : this.#library.script(name)
  }

  mistake(at: number, message: string): void {
    if (!this.#isDead && this.mistakes.length < this.limits.mistakesMax) this.mistakes.push({ at, message })
  }

  warning(at: number, message: string): void {
    if (!this.#isDead && this.warnings.length < this.limits.mistakesMax) this.warnings.push({ at, message })
  }

  #needs(node: TestNode, needs: string | null): void {
    if (needs !== null && !this.requires(needs)) this.mistake(node.at, `“${node.name}” needs require "${needs}"`)
  }

  require(node: CommandNode): void {
    const taken = takenFrom(node, { tags: {}, positional: ['strings'] }, this)
    if (node.block !== null || node.tests.length > 0) this.mistake(node.at, '“require” names extensions and ends with “;”')
    for (const name of taken.constants(0)) {
      if (!extensions.includes(name)) this.mistake(taken.placeOf(0), `There is no extension "${name}"`)
      this.enable(name)
    }
  }

  #unless<T>(isDead: boolean, compile: () => T): T {
    const before = this.#isDead
    this.#isDead ||= isDead
    const compiled = compile()
    this.#isDead = before
    return compiled
  }

  /** Tests of a list: behind one that settles it nothing is looked at. */
  #testsOf(node: TestNode, definition: TestDefinition): readonly KnownTest[] {
    const settling = definition.name === 'allof' ? false : definition.name === 'anyof' ? true : undefined
    const tests: KnownTest[] = []
    for (const inner of node.tests) {
      const settled = settling !== undefined && tests.some(({ value }) => value === settling)
      tests.push(this.#unless(settled, () => this.#test(inner)))
    }
    return tests
  }

  #test(node: TestNode): KnownTest {
    const definition = tests.get(node.name)
    if (definition === undefined) {
      this.mistake(node.at, commands.has(node.name) ? `“${node.name}” is a command, not a test` : `There is no test “${node.name}”`)
      return never
    }
    this.#needs(node, definition.needs)
    const taken = takenFrom(node, definition.signature, this)
    const wanted = definition.tests === 'many' ? node.tests.length > 0 : node.tests.length === (definition.tests === 'one' ? 1 : 0)
    if (!wanted) this.mistake(node.at, `“${node.name}” wants ${{ none: 'no test', one: 'one test', many: 'tests in brackets' }[definition.tests]}`)
    const inner = this.#testsOf(node, definition)
    const value = definition.constant?.(taken, inner.map((each) => each.value), this)
    return { test: definition.compile(taken, inner.map(({ test }) => test), this), value }
  }

  #branch(node: CommandNode): KnownTest & { readonly steps: readonly Step[] } {
    const [test] = node.tests
    if (node.arguments.length > 0 || node.block === null || (node.name === 'else') !== (test === undefined) || node.tests.length > 1) {
      this.mistake(node.at, node.name === 'else' ? '“else” is followed by a block' : `“${node.name}” is followed by a test and a block`)
    }
    const known = test === undefined ? { test: () => true, value: true } : this.#test(test)
    return { ...known, steps: this.#unless(known.value === false, () => this.block(node.block ?? [])) }
  }

  /** RFC 5228 section 3.1: `if` and what hangs on it. */
  #choice(nodes: readonly CommandNode[]): Step {
    let isTaken = false
    const branches = nodes.map((node) => {
      const branch = this.#unless(isTaken, () => this.#branch(node))
      isTaken ||= branch.value === true
      return branch
    })
    return (run) => {
      const taken = branches.find(({ test }) => {
        run.spend(1)
        return test(run)
      })
      return taken === undefined ? 'next' : runSteps(taken.steps, run)
    }
  }

  #action(node: CommandNode): Step[] {
    const definition = commands.get(node.name)
    if (definition === undefined) {
      this.mistake(node.at, tests.has(node.name) ? `“${node.name}” is a test: it belongs after “if”` : `There is no command “${node.name}”`)
      return []
    }
    if (!this.#isDead) this.#library.commands.add(node.name)
    this.#needs(node, definition.needs)
    const ends = definition.block === undefined
    if (node.tests.length > 0 || (node.block === null) !== ends) this.mistake(node.at, `“${node.name}” ${ends ? 'ends with “;”' : 'is followed by a block'}`)
    const taken = takenFrom(node, definition.signature, this)
    const loop = definition.block?.(taken)
    if (loop === undefined) return [definition.compile(taken, this, [])]
    this.loops.push(loop.loop)
    const steps = this.block(node.block ?? [])
    this.loops.pop()
    return [definition.compile(taken, this, steps)]
  }

  block(nodes: readonly CommandNode[]): readonly Step[] {
    const steps: Step[] = []
    for (let at = 0; at < nodes.length; at += 1) {
      const node = nodes[at]
      if (node === undefined) break
      if (node.name === 'require') this.mistake(node.at, '“require” stands before everything else')
      else if (node.name === 'elsif' || node.name === 'else') this.mistake(node.at, `“${node.name}” has no “if”`)
      else if (node.name === 'if') {
        const end = endOfChoice(nodes, at)
        steps.push(this.#choice(nodes.slice(at, end)))
        at = end - 1
      } else steps.push(...this.#action(node))
      const after = nodes[at + 1]
      if (node.name === 'stop' && after !== undefined) this.warning(after.at, 'Nothing that stands behind “stop” is done')
    }
    return steps
  }
}

const endOfChoice = (nodes: readonly CommandNode[], start: number): number => {
  let end = start + 1
  while (nodes[end]?.name === 'elsif') end += 1
  return nodes[end]?.name === 'else' ? end + 1 : end
}

type Script =
  | { readonly is: 'script'; readonly steps: readonly Step[]; readonly extensions: ReadonlySet<string>; readonly warnings: readonly Mistake[] }
  | { readonly is: 'mistakes'; readonly mistakes: readonly Mistake[] }

const scriptOf = (bytes: Uint8Array, library: Library): Script => {
  const { limits } = library
  const inOrder = (script: string, mistakes: readonly Misplaced[]): readonly Mistake[] =>
    mistakes.toSorted((one, other) => one.at - other.at).map((mistake) => placed(script, mistake))
  const wrong = (script: string, mistakes: readonly Misplaced[]): Script => ({ is: 'mistakes', mistakes: inOrder(script, mistakes) })
  if (bytes.length > limits.scriptBytesMax) return wrong('', [{ at: 0, message: `A script has at most ${limits.scriptBytesMax} bytes` }])
  const script = utf8Text(bytes)
  if (script === undefined || script.includes('\0')) return wrong('', [{ at: 0, message: 'A script is text in UTF-8' }])
  const tree = parseTree(script, limits)
  if (tree.is === 'mistake') return wrong(script, [tree])
  const compiler = new Compiler(library)
  const first = tree.commands.findIndex(({ name }) => name !== 'require')
  const bodyAt = first < 0 ? tree.commands.length : first
  for (const node of tree.commands.slice(0, bodyAt)) compiler.require(node)
  const steps = compiler.block(tree.commands.slice(bodyAt))
  if (compiler.mistakes.length > 0) return wrong(script, compiler.mistakes)
  return { is: 'script', steps, extensions: compiler.required, warnings: inOrder(script, compiler.warnings) }
}

export const compileSieve = (bytes: Uint8Array, scripts: Scripts = noScripts, limits: SieveLimits = sieveLimits): Compiled => {
  const library = new Library(limits, scripts)
  const script = scriptOf(bytes, library)
  if (script.is === 'mistakes') return script
  const { steps, extensions: required, warnings } = script
  return { is: 'program', program: { steps, extensions: required, commands: library.commands, includes: library.names, limits, warnings } }
}
