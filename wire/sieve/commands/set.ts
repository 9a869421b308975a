import type { CommandDefinition, TagRule } from '../definition.ts'
import { isVariableName } from '../variable-name.ts'

const quoteWildcards = (text: string): string => text.replace(/[*?\\]/g, (char) => `\\${char}`)
const first = (text: string, change: (char: string) => string): string => {
  const [head = '', ...rest] = [...text]
  return change(head) + rest.join('')
}

/** RFC 5229 section 4.1: by precedence, the highest first. */
const modifiers: readonly (readonly [tag: string, group: string, change: (text: string) => string])[] = [
  ['lower', '40', (text) => text.toLowerCase()],
  ['upper', '40', (text) => text.toUpperCase()],
  ['lowerfirst', '30', (text) => first(text, (char) => char.toLowerCase())],
  ['upperfirst', '30', (text) => first(text, (char) => char.toUpperCase())],
  ['quotewildcard', '20', quoteWildcards],
  ['length', '10', (text) => String([...text].length)],
]

const tags: Readonly<Record<string, TagRule>> = Object.fromEntries(modifiers.map(([tag, group]) => [tag, { takes: 'none', group }]))

/** RFC 5229 section 4. */
export const set: CommandDefinition = {
  name: 'set',
  needs: 'variables',
  signature: { tags, positional: ['string', 'string'] },
  compile(taken, compiling) {
    const [name = ''] = taken.constants(0)
    if (!isVariableName(name)) compiling.mistake(taken.placeOf(0), `“${name}” can not be the name of a variable`)
    const value = taken.text(1)
    const changes = modifiers.filter(([tag]) => taken.has(tag)).map(([, , change]) => change)
    return (run) => {
      run.set(name.toLowerCase(), changes.reduce((text, change) => change(text), value(run)))
      return 'next'
    }
  },
}
