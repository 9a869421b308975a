/** Match types and comparators of tests (RFC 5228 section 2.7, RFC 5231). */
import { asciiCasemap, comparators, compareNumbers, type Comparator } from './comparators.ts'
import type { Compiling, TagRule } from './definition.ts'
import { globMatch } from './glob.ts'
import { compileRegex, regexMatch, type Regex } from './regex.ts'
import { RunError, type RunState } from './run-state.ts'
import type { Taken } from './definition.ts'

export const matchTags = {
  is: { takes: 'none', group: 'match' },
  contains: { takes: 'none', group: 'match' },
  matches: { takes: 'none', group: 'match' },
  regex: { takes: 'none', group: 'match', needs: 'regex' },
  count: { takes: 'string', group: 'match', needs: 'relational' },
  value: { takes: 'string', group: 'match', needs: 'relational' },
  comparator: { takes: 'string' },
} as const satisfies Readonly<Record<string, TagRule>>

/** Whether one of the values matches one of the keys. */
export type Matcher = (run: RunState, values: readonly string[], keys: readonly string[]) => boolean

const relations: Readonly<Record<string, (order: number) => boolean>> = {
  gt: (order) => order > 0,
  ge: (order) => order >= 0,
  lt: (order) => order < 0,
  le: (order) => order <= 0,
  eq: (order) => order === 0,
  ne: (order) => order !== 0,
}

const comparatorOf = (taken: Taken, compiling: Compiling): Comparator => {
  const name = taken.tagConstant('comparator')
  if (name === undefined) return asciiCasemap
  const found = comparators.find((each) => each.name === name)
  if (found === undefined) compiling.mistake(taken.at, `There is no comparator "${name}"`)
  else if (found.needs !== null && !compiling.requires(found.needs)) compiling.mistake(taken.at, `Comparator "${name}" needs require "${found.needs}"`)
  return found ?? asciiCasemap
}

const folding = (comparator: Comparator, run: RunState, value: string): string => {
  const known = run.folded(comparator.name, value)
  if (known !== undefined) return known
  run.spend(value.length * comparator.cost)
  const folded = comparator.keyOf(value)
  run.keepFolded(comparator.name, value, folded)
  return folded
}

/** A search looks at so many characters of a key in a step. */
const charactersAtOnce = 32

/** A step of a regular expression remembers its groups. */
const regexStepCost = 12
const patternsHeldMax = 64

/** A step of a pattern takes as long as looking at so many characters. */
const globStepCost = 6

/** Each value is folded once for all keys. */
const each = (comparator: Comparator, one: (folded: string, key: string) => boolean): Matcher => (run, values, keys) => {
  const foldedKeys = keys.map((key) => comparator.keyOf(key))
  return values.some((value) => {
    const folded = folding(comparator, run, value)
    return foldedKeys.some((key) => {
      run.spend(Math.ceil((folded.length * key.length) / charactersAtOnce))
      return one(folded, key)
    })
  })
}

const matches = (comparator: Comparator): Matcher => (run, values, keys) => {
  for (const value of values) {
    const folded = folding(comparator, run, value)
    for (const key of keys) {
      const found = globMatch(comparator.keyOf(key), folded, value, (steps) => run.spend(steps * globStepCost))
      if (found === undefined) continue
      run.captures = found
      return true
    }
  }
  return false
}

/** Patterns that are in the script are wrong when it is stored, those it makes when it runs. */
const matchesRegex = (comparator: Comparator, taken: Taken, compiling: Compiling): Matcher => {
  const held = new Map<string, Regex>()
  const regexOf = (pattern: string): Regex | { readonly wrong: string } => {
    const known = held.get(pattern)
    if (known !== undefined) return known
    const made = compileRegex(pattern, comparator.name === 'i;octet')
    if (!('wrong' in made) && held.size < patternsHeldMax) held.set(pattern, made)
    return made
  }
  for (const pattern of taken.constants(-1).filter((written) => !written.includes('${'))) {
    const made = regexOf(pattern)
    if ('wrong' in made) compiling.mistake(taken.placeOf(-1), made.wrong)
  }
  return (run, values, keys) => {
    for (const key of keys) {
      run.spend(key.length * regexStepCost)
      const regex = regexOf(key)
      if ('wrong' in regex) throw new RunError(regex.wrong)
      for (const value of values) {
        const found = regexMatch(regex, value, (steps) => run.spend(steps * regexStepCost))
        if (found === undefined) continue
        run.captures = found
        return true
      }
    }
    return false
  }
}

const relationOf = (taken: Taken, tag: 'count' | 'value', compiling: Compiling): ((order: number) => boolean) => {
  const name = taken.tagConstant(tag)?.toLowerCase() ?? 'eq'
  const found = Object.hasOwn(relations, name) ? relations[name] : undefined
  if (found === undefined) compiling.mistake(taken.at, `:${tag} is followed by one of ${Object.keys(relations).join(', ')}`)
  return found ?? ((order) => order === 0)
}

export const matcherOf = (taken: Taken, compiling: Compiling): Matcher => {
  const comparator = comparatorOf(taken, compiling)
  const partial = taken.has('contains') || taken.has('matches') || taken.has('regex')
  if (partial && !comparator.substrings) compiling.mistake(taken.at, `Comparator "${comparator.name}" can not look for parts of text`)
  if (taken.has('matches')) return matches(comparator)
  if (taken.has('regex')) return matchesRegex(comparator, taken, compiling)
  if (taken.has('contains')) return each(comparator, (value, key) => value.includes(key))
  if (taken.has('value')) {
    const holds = relationOf(taken, 'value', compiling)
    return each(comparator, (value, key) => holds(comparator.compare(value, key)))
  }
  if (taken.has('count')) {
    const holds = relationOf(taken, 'count', compiling)
    return (run, values, keys) => {
      run.spend(keys.length)
      return keys.some((key) => holds(compareNumbers(String(values.length), /^[0-9]+/.exec(key)?.[0].replace(/^0+(?=[0-9])/, '') ?? '')))
    }
  }
  return each(comparator, (value, key) => value === key)
}
