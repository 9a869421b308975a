/**
 * `:regex` (draft-ietf-sieve-regex): extended regular expressions as POSIX writes them, of our own. A pattern becomes a program that goes
 * over the text once, all its ways side by side: its time is at most the length of the program times that of the text, whatever
 * both are, and every step is paid for. Of several matches that begin first the one is taken that greedy pieces, from the left, ask for.
 */

type Holds = (char: string) => boolean

type Node =
  | { readonly is: 'one'; readonly holds: Holds }
  | { readonly is: 'start' | 'end' }
  | { readonly is: 'all'; readonly nodes: readonly Node[] }
  | { readonly is: 'either'; readonly nodes: readonly Node[] }
  | { readonly is: 'group'; readonly number: number; readonly node: Node }
  | { readonly is: 'repeat'; readonly node: Node; readonly min: number; readonly max: number }

type Step =
  | { readonly is: 'one'; readonly holds: Holds }
  | { readonly is: 'start' | 'end' | 'match' }
  | { readonly is: 'save'; readonly slot: number }
  /** Both ways; the first is preferred. */
  | { is: 'fork'; first: number; second: number }

export interface Regex {
  readonly steps: readonly Step[]
  /** What a match may begin with; null where it may begin with nothing, or at a place. */
  readonly firsts: readonly Holds[] | null
}

const stepsMax = 2_000
const nestingMax = 20
const repeatMax = 255
const groupsMax = 9
const unlimited = -1

class Unreadable extends Error {}

const classes: Readonly<Record<string, RegExp>> = {
  alpha: /^\p{L}$/u, digit: /^\p{Nd}$/u, alnum: /^[\p{L}\p{Nd}]$/u, upper: /^\p{Lu}$/u, lower: /^\p{Ll}$/u, space: /^\s$/u, blank: /^[ \t\u3000]$/u,
  punct: /^[\p{P}\p{S}]$/u, cntrl: /^\p{Cc}$/u, xdigit: /^[0-9A-Fa-f]$/, print: /^[^\p{Cc}]$/u, graph: /^[^\p{Cc}\s]$/u,
}

/** `sameCase`: letters are taken as they stand. */
class PatternReader {
  readonly #chars: readonly string[]
  readonly #sameCase: boolean
  #at = 0
  #groups = 0

  constructor(pattern: string, sameCase: boolean) {
    this.#chars = [...pattern]
    this.#sameCase = sameCase
  }

  pattern(): Node {
    const node = this.#either(0)
    if (this.#at < this.#chars.length) throw new Unreadable('a “)” has no “(”')
    return node
  }

  #takes(char: string): boolean {
    if (this.#chars[this.#at] !== char) return false
    this.#at += 1
    return true
  }

  #either(depth: number): Node {
    const nodes = [this.#all(depth)]
    while (this.#takes('|')) nodes.push(this.#all(depth))
    return nodes.length === 1 && nodes[0] !== undefined ? nodes[0] : { is: 'either', nodes }
  }

  #all(depth: number): Node {
    const nodes: Node[] = []
    for (let next = this.#chars[this.#at]; next !== undefined && next !== '|' && next !== ')'; next = this.#chars[this.#at]) nodes.push(this.#repeated(depth))
    return { is: 'all', nodes }
  }

  #repeated(depth: number): Node {
    let node = this.#piece(depth)
    for (;;) {
      if (this.#takes('*')) node = { is: 'repeat', node, min: 0, max: unlimited }
      else if (this.#takes('+')) node = { is: 'repeat', node, min: 1, max: unlimited }
      else if (this.#takes('?')) node = { is: 'repeat', node, min: 0, max: 1 }
      else if (this.#takes('{')) node = { is: 'repeat', node, ...this.#bounds() }
      else return node
    }
  }

  #bounds(): { readonly min: number; readonly max: number } {
    const end = this.#chars.indexOf('}', this.#at)
    const found = /^([0-9]{1,3})(,([0-9]{1,3})?)?$/.exec(this.#chars.slice(this.#at, end < 0 ? this.#at : end).join(''))
    if (found === null) throw new Unreadable('“{” is followed by a number, or two, and “}”')
    this.#at = end + 1
    const min = Number(found[1])
    const max = found[2] === undefined ? min : found[3] === undefined ? unlimited : Number(found[3])
    const holds = min <= repeatMax && max <= repeatMax && (max === unlimited || max >= min)
    if (!holds) throw new Unreadable(`something is repeated more than ${repeatMax} times, or less than it has to be`)
    return { min, max }
  }

  #piece(depth: number): Node {
    const char = this.#chars[this.#at] ?? ''
    this.#at += 1
    if (char === '(') return this.#group(depth + 1)
    if (char === '[') return { is: 'one', holds: this.#set() }
    if (char === '.') return { is: 'one', holds: () => true }
    if (char === '^') return { is: 'start' }
    if (char === '$') return { is: 'end' }
    if (char === '*' || char === '+' || char === '?' || char === '{') throw new Unreadable(`“${char}” has nothing before it`)
    if (char !== '\\') return this.#letter(char)
    const escaped = this.#chars[this.#at]
    if (escaped === undefined || /^[\p{L}\p{Nd}]$/u.test(escaped)) throw new Unreadable('“\\” is followed by a sign that would else mean something')
    this.#at += 1
    return this.#letter(escaped)
  }

  #group(depth: number): Node {
    if (depth > nestingMax) throw new Unreadable(`groups are at most ${nestingMax} deep`)
    this.#groups += 1
    const number = this.#groups
    const node = this.#either(depth)
    if (!this.#takes(')')) throw new Unreadable('a “(” has no “)”')
    return { is: 'group', number, node }
  }

  #letter(char: string): Node {
    if (this.#sameCase) return { is: 'one', holds: (other) => other === char }
    const lower = char.toLowerCase()
    return { is: 'one', holds: (other) => other === char || other.toLowerCase() === lower }
  }

  /** Behind `[`: `]` as the first is itself. */
  #set(): Holds {
    const negated = this.#takes('^')
    const parts: Holds[] = []
    for (let first = true; ; first = false) {
      const char = this.#chars[this.#at]
      if (char === undefined) throw new Unreadable('a “[” has no “]”')
      this.#at += 1
      if (char === ']' && !first) break
      parts.push(char === '[' && this.#chars[this.#at] === ':' ? this.#class() : this.#range(char))
    }
    const among = (char: string): boolean => parts.some((part) => part(char))
    const holds = this.#sameCase ? among : (char: string): boolean => among(char) || among(char.toLowerCase()) || among(char.toUpperCase())
    return negated ? (char) => !holds(char) : holds
  }

  #class(): Holds {
    const end = this.#chars.indexOf(']', this.#at)
    const name = this.#chars.slice(this.#at + 1, Math.max(this.#at + 1, end - 1)).join('')
    const found = Object.hasOwn(classes, name) ? classes[name] : undefined
    if (found === undefined || this.#chars[end - 1] !== ':') throw new Unreadable('there is no such class of characters')
    this.#at = end + 1
    return (char) => found.test(char)
  }

  #range(from: string): Holds {
    if (this.#chars[this.#at] !== '-' || this.#chars[this.#at + 1] === ']' || this.#chars[this.#at + 1] === undefined) return (char) => char === from
    const to = this.#chars[this.#at + 1] ?? ''
    this.#at += 2
    const [low, high] = [from.codePointAt(0) ?? 0, to.codePointAt(0) ?? 0]
    if (high < low) throw new Unreadable(`“${from}-${to}” ends before it begins`)
    return (char) => {
      const point = char.codePointAt(0) ?? 0
      return point >= low && point <= high
    }
  }
}

class Assembly {
  readonly steps: Step[] = []

  #add(step: Step): number {
    if (this.steps.length >= stepsMax) throw new Unreadable('it is too long')
    return this.steps.push(step) - 1
  }

  #fork(): { is: 'fork'; first: number; second: number } {
    const step = { is: 'fork' as const, first: this.steps.length + 1, second: this.steps.length + 1 }
    this.#add(step)
    return step
  }

  add(node: Node): void {
    switch (node.is) {
      case 'one':
      case 'start':
      case 'end':
        this.#add(node)
        return
      case 'all':
        for (const each of node.nodes) this.add(each)
        return
      case 'group':
        if (node.number > groupsMax) return this.add(node.node)
        this.#add({ is: 'save', slot: node.number * 2 })
        this.add(node.node)
        this.#add({ is: 'save', slot: node.number * 2 + 1 })
        return
      case 'either':
        return this.#either(node.nodes)
      case 'repeat':
        return this.#repeat(node)
    }
  }

  #either(nodes: readonly Node[]): void {
    const ends: { first: number; second: number }[] = []
    nodes.forEach((node, at) => {
      if (at === nodes.length - 1) return this.add(node)
      const fork = this.#fork()
      this.add(node)
      ends.push(this.#fork())
      fork.second = this.steps.length
    })
    for (const end of ends) end.first = end.second = this.steps.length
  }

  #repeat({ node, min, max }: Extract<Node, { is: 'repeat' }>): void {
    for (let count = 0; count < min; count += 1) this.add(node)
    if (max === unlimited) {
      const again = this.steps.length
      const fork = this.#fork()
      this.add(node)
      const back = this.#fork()
      back.first = back.second = again
      fork.second = this.steps.length
      return
    }
    const forks: { second: number }[] = []
    for (let count = min; count < max; count += 1) {
      forks.push(this.#fork())
      this.add(node)
    }
    for (const fork of forks) fork.second = this.steps.length
  }

  finish(): readonly Step[] {
    this.#add({ is: 'match' })
    return this.steps
  }
}

/** Passing over a character that nothing begins with is so much of a step. */
const passingShare = 0.2

const firstsOf = (steps: readonly Step[]): readonly Holds[] | null => {
  const firsts: Holds[] = []
  const seen = new Set<number>()
  const pending = [0]
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    if (seen.has(at)) continue
    seen.add(at)
    const step = steps[at]
    if (step?.is === 'one') firsts.push(step.holds)
    else if (step?.is === 'fork') pending.push(step.first, step.second)
    else if (step?.is === 'save') pending.push(at + 1)
    else return null
  }
  return firsts
}

/** A program, or why the pattern is none. */
export const compileRegex = (pattern: string, sameCase: boolean): Regex | { readonly wrong: string } => {
  try {
    const assembly = new Assembly()
    assembly.add(new PatternReader(pattern, sameCase).pattern())
    const steps = assembly.finish()
    return { steps, firsts: firstsOf(steps) }
  } catch (error) {
    if (error instanceof Unreadable) return { wrong: `“${pattern}” is no regular expression: ${error.message}` }
    throw error
  }
}

/** One way through the program that has come so far, with where its groups begin and end. */
interface Way {
  readonly at: number
  readonly slots: readonly number[]
}

const slotsOf = (groupsMaximum: number): readonly number[] => Array.from({ length: (groupsMaximum + 1) * 2 }, () => -1)

/** The ways that stand at this place of the text, the preferred first; each step of the program at most once. */
class Ways {
  readonly list: Way[] = []
  readonly #seen: Uint32Array
  #place = 0

  constructor(size: number) {
    this.#seen = new Uint32Array(size)
  }

  begin(): void {
    this.list.length = 0
    this.#place += 1
  }

  /** Follows what takes no character. */
  add(steps: readonly Step[], start: Way, place: { readonly at: number; readonly length: number }, spend: (steps: number) => void): void {
    const pending: Way[] = [start]
    for (let way = pending.pop(); way !== undefined; way = pending.pop()) {
      if (this.#seen[way.at] === this.#place) continue
      this.#seen[way.at] = this.#place
      spend(1)
      const step = steps[way.at]
      if (step?.is === 'fork') pending.push({ ...way, at: step.second }, { ...way, at: step.first })
      else if (step?.is === 'save') pending.push({ at: way.at + 1, slots: way.slots.with(step.slot, place.at) })
      else if (step?.is === 'start' || step?.is === 'end') {
        if (step.is === 'start' ? place.at === 0 : place.at === place.length) pending.push({ ...way, at: way.at + 1 })
      } else this.list.push(way)
    }
  }
}

/** The whole match and what its groups hold, or undefined where nothing in `text` matches. */
export const regexMatch = ({ steps, firsts }: Regex, text: string, spend: (steps: number) => void): readonly string[] | undefined => {
  const chars = [...text]
  let [now, next] = [new Ways(steps.length), new Ways(steps.length)]
  let found: readonly number[] | undefined
  const none = slotsOf(groupsMax)
  now.begin()
  for (let at = 0; at <= chars.length; at += 1) {
    const char = chars[at]
    if (firsts !== null && found === undefined && now.list.length === 0 && (char === undefined || !firsts.some((holds) => holds(char)))) {
      spend(passingShare)
      now.begin()
      continue
    }
    // Another beginning is of less worth than every way that began before.
    if (found === undefined) now.add(steps, { at: 0, slots: none.with(0, at) }, { at, length: chars.length }, spend)
    next.begin()
    for (const way of now.list) {
      const step = steps[way.at]
      if (step?.is === 'match') {
        found = way.slots.with(1, at)
        break
      }
      spend(1)
      if (step?.is === 'one' && char !== undefined && step.holds(char)) {
        next.add(steps, { at: way.at + 1, slots: way.slots }, { at: at + 1, length: chars.length }, spend)
      }
    }
    ;[now, next] = [next, now]
    if (now.list.length === 0 && found !== undefined) break
  }
  if (found === undefined) return undefined
  const slots = found
  return Array.from({ length: groupsMax + 1 }, (_, group) => {
    const [start = -1, end = -1] = [slots[group * 2], slots[group * 2 + 1]]
    return start < 0 || end < 0 ? '' : chars.slice(start, end).join('')
  })
}
