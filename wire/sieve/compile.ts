/** From a script's bytes to a program, or to what is wrong with it. Never throws, whatever the bytes. */
import { utf8Text } from '@bulkhead/base/bytes.ts'
import { commands, extensions, impliedBy, tests } from './definitions.ts'
import type { Compiling } from './definition.ts'
import { sieveLimits, type SieveLimits } from './limits.ts'
import { placed, type Misplaced, type Mistake } from './mistake.ts'
import { runSteps, type Step, type Test } from './run-state.ts'
import { takenFrom } from './taken.ts'
import { parseTree, type CommandNode, type TestNode } from './tree.ts'

export interface Program {
  readonly steps: readonly Step[]
  /** As the script requires them. */
  readonly extensions: ReadonlySet<string>
  readonly limits: SieveLimits
}

export type Compiled =
  | { readonly is: 'program'; readonly program: Program }
  /** At least one; in order of their places. */
  | { readonly is: 'mistakes'; readonly mistakes: readonly Mistake[] }

const never: Test = () => false

class Compiler implements Compiling {
  readonly limits: SieveLimits
  readonly mistakes: Misplaced[] = []
  readonly required = new Set<string>()

  constructor(limits: SieveLimits) {
    this.limits = limits
  }

  requires(extension: string): boolean {
    return this.required.has(extension)
  }

  mistake(at: number, message: string): void {
    if (this.mistakes.length < this.limits.mistakesMax) this.mistakes.push({ at, message })
  }

  #needs(node: TestNode, needs: string | null): void {
    if (needs !== null && !this.requires(needs)) this.mistake(node.at, `“${node.name}” needs require "${needs}"`)
  }

  require(node: CommandNode): void {
    const taken = takenFrom(node, { tags: {}, positional: ['strings'] }, this)
    if (node.block !== null || node.tests.length > 0) this.mistake(node.at, '“require” names extensions and ends with “;”')
    for (const name of taken.constants(0)) {
      if (!extensions.includes(name)) this.mistake(taken.placeOf(0), `There is no extension "${name}"`)
      this.required.add(name)
      const implied = impliedBy[name]
      if (implied !== undefined) this.required.add(implied)
    }
  }

  #test(node: TestNode): Test {
    const definition = tests.get(node.name)
    if (definition === undefined) {
      this.mistake(node.at, commands.has(node.name) ? `“${node.name}” is a command, not a test` : `There is no test “${node.name}”`)
      return never
    }
    this.#needs(node, definition.needs)
    const taken = takenFrom(node, definition.signature, this)
    const wanted = definition.tests === 'many' ? node.tests.length > 0 : node.tests.length === (definition.tests === 'one' ? 1 : 0)
    if (!wanted) this.mistake(node.at, `“${node.name}” wants ${{ none: 'no test', one: 'one test', many: 'tests in brackets' }[definition.tests]}`)
    return definition.compile(taken, node.tests.map((test) => this.#test(test)), this)
  }

  #branch(node: CommandNode): { readonly test: Test; readonly steps: readonly Step[] } {
    const [test] = node.tests
    if (node.arguments.length > 0 || node.block === null || (node.name === 'else') !== (test === undefined) || node.tests.length > 1) {
      this.mistake(node.at, node.name === 'else' ? '“else” is followed by a block' : `“${node.name}” is followed by a test and a block`)
    }
    return { test: test === undefined ? () => true : this.#test(test), steps: this.block(node.block ?? []) }
  }

  /** RFC 5228 section 3.1: `if` and what hangs on it. */
  #choice(nodes: readonly CommandNode[]): Step {
    const branches = nodes.map((node) => this.#branch(node))
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
    this.#needs(node, definition.needs)
    if (node.tests.length > 0 || node.block !== null) this.mistake(node.at, `“${node.name}” ends with “;”`)
    return [definition.compile(takenFrom(node, definition.signature, this), this)]
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
    }
    return steps
  }
}

const endOfChoice = (nodes: readonly CommandNode[], start: number): number => {
  let end = start + 1
  while (nodes[end]?.name === 'elsif') end += 1
  return nodes[end]?.name === 'else' ? end + 1 : end
}

export const compileSieve = (bytes: Uint8Array, limits: SieveLimits = sieveLimits): Compiled => {
  const wrong = (script: string, mistakes: readonly Misplaced[]): Compiled =>
    ({ is: 'mistakes', mistakes: mistakes.toSorted((one, other) => one.at - other.at).map((mistake) => placed(script, mistake)) })
  if (bytes.length > limits.scriptBytesMax) return wrong('', [{ at: 0, message: `A script has at most ${limits.scriptBytesMax} bytes` }])
  const script = utf8Text(bytes)
  if (script === undefined || script.includes('\0')) return wrong('', [{ at: 0, message: 'A script is text in UTF-8' }])
  const tree = parseTree(script, limits)
  if (tree.is === 'mistake') return wrong(script, [tree])
  const compiler = new Compiler(limits)
  const first = tree.commands.findIndex(({ name }) => name !== 'require')
  const bodyAt = first < 0 ? tree.commands.length : first
  for (const node of tree.commands.slice(0, bodyAt)) compiler.require(node)
  const steps = compiler.block(tree.commands.slice(bodyAt))
  if (compiler.mistakes.length > 0) return wrong(script, compiler.mistakes)
  return { is: 'program', program: { steps, extensions: compiler.required, limits } }
}
