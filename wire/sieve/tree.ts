/** The generic grammar (RFC 5228 section 8.2) as a tree: which commands and tests there are is not known here. */
import { lex, type Token } from './lexer.ts'
import type { SieveLimits } from './limits.ts'
import type { Misplaced } from './mistake.ts'

export type Argument =
  | { readonly is: 'number'; readonly value: number; readonly at: number }
  /** `listed`: it stood in brackets. */
  | { readonly is: 'strings'; readonly values: readonly string[]; readonly listed: boolean; readonly at: number }
  | { readonly is: 'tag'; readonly name: string; readonly at: number }

export interface TestNode {
  /** Lower case. */
  readonly name: string
  readonly at: number
  readonly arguments: readonly Argument[]
  readonly tests: readonly TestNode[]
}

export interface CommandNode extends TestNode {
  /** Null: it ended with a semicolon. */
  readonly block: readonly CommandNode[] | null
}

export type Tree = { readonly is: 'tree'; readonly commands: readonly CommandNode[] } | ({ readonly is: 'mistake' } & Misplaced)

class Mislaid extends Error {
  readonly at: number
  constructor(at: number, message: string) {
    super(message)
    this.at = at
  }
}

const spelled = (token: Token): string => {
  if (token.is === 'end') return 'the end of the script'
  if (token.is === 'number') return `number ${token.value}`
  if (token.is === 'string') return 'a string'
  return token.is === 'tag' ? `:${token.text}` : `“${token.text}”`
}

class Reader {
  readonly #tokens: readonly Token[]
  readonly #limits: SieveLimits
  #next = 0

  constructor(tokens: readonly Token[], limits: SieveLimits) {
    this.#tokens = tokens
    this.#limits = limits
  }

  #peek(): Token {
    return this.#tokens[Math.min(this.#next, this.#tokens.length - 1)] ?? { is: 'end', at: 0 }
  }

  #takes(mark: string): boolean {
    const token = this.#peek()
    if (token.is !== 'mark' || token.text !== mark) return false
    this.#next += 1
    return true
  }

  #fail(wanted: string): never {
    const token = this.#peek()
    throw new Mislaid(token.at, `Expected ${wanted}, found ${spelled(token)}`)
  }

  #list(at: number): Argument {
    const values: string[] = []
    do {
      const token = this.#peek()
      if (token.is !== 'string') this.#fail('a string')
      if (values.length >= this.#limits.stringsInListMax) throw new Mislaid(token.at, `A list has at most ${this.#limits.stringsInListMax} strings`)
      values.push(token.text)
      this.#next += 1
    } while (this.#takes(','))
    if (!this.#takes(']')) this.#fail('“,” or “]”')
    return { is: 'strings', values, listed: true, at }
  }

  #arguments(): readonly Argument[] {
    const found: Argument[] = []
    for (;;) {
      const token = this.#peek()
      if (token.is === 'string') found.push({ is: 'strings', values: [token.text], listed: false, at: token.at })
      else if (token.is === 'number') found.push(token)
      else if (token.is === 'tag') found.push({ is: 'tag', name: token.text, at: token.at })
      else if (token.is === 'mark' && token.text === '[') {
        this.#next += 1
        found.push(this.#list(token.at))
        continue
      } else return found
      this.#next += 1
    }
  }

  #test(depth: number): TestNode {
    const token = this.#peek()
    if (token.is !== 'identifier') this.#fail('a test')
    if (depth > this.#limits.nestingMax) throw new Mislaid(token.at, `Tests are at most ${this.#limits.nestingMax} deep`)
    this.#next += 1
    return { name: token.text, at: token.at, arguments: this.#arguments(), tests: this.#tests(depth) }
  }

  #tests(depth: number): readonly TestNode[] {
    const token = this.#peek()
    if (token.is === 'identifier') return [this.#test(depth + 1)]
    if (!this.#takes('(')) return []
    const tests: TestNode[] = []
    do tests.push(this.#test(depth + 1))
    while (this.#takes(','))
    if (!this.#takes(')')) this.#fail('“,” or “)”')
    return tests
  }

  #command(depth: number): CommandNode {
    const token = this.#peek()
    if (token.is !== 'identifier') this.#fail('a command')
    this.#next += 1
    const head = { name: token.text, at: token.at, arguments: this.#arguments(), tests: this.#tests(0) }
    if (this.#takes(';')) return { ...head, block: null }
    const opens = this.#peek()
    if (!this.#takes('{')) this.#fail('“;” or “{”')
    if (depth >= this.#limits.nestingMax) throw new Mislaid(opens.at, `Blocks are at most ${this.#limits.nestingMax} deep`)
    const block: CommandNode[] = []
    while (!this.#takes('}')) {
      if (this.#peek().is === 'end') throw new Mislaid(opens.at, 'This block has no end')
      block.push(this.#command(depth + 1))
    }
    return { ...head, block }
  }

  script(): readonly CommandNode[] {
    const commands: CommandNode[] = []
    while (this.#peek().is !== 'end') commands.push(this.#command(0))
    return commands
  }
}

export const parseTree = (script: string, limits: SieveLimits): Tree => {
  const lexed = lex(script, limits.tokensMax)
  if (lexed.is === 'mistake') return lexed
  try {
    return { is: 'tree', commands: new Reader(lexed.tokens, limits).script() }
  } catch (error) {
    if (error instanceof Mislaid) return { is: 'mistake', at: error.at, message: error.message }
    throw error
  }
}
