/** Modifiers of a value before it becomes a variable (RFC 5229 section 4.1, RFC 5435 section 6). */
import type { TagRule, Taken } from './definition.ts'

const quoteWildcards = (text: string): string => text.replace(/[*?\\]/g, (char) => `\\${char}`)
/** draft-ietf-sieve-regex. */
const quoteRegex = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, (char) => `\\${char}`)
const first = (text: string, change: (char: string) => string): string => {
  const [head = '', ...rest] = [...text]
  return change(head) + rest.join('')
}

/** By precedence, the highest first. */
const modifiers: readonly (readonly [tag: string, group: string, change: (text: string) => string])[] = [
  ['lower', '40', (text) => text.toLowerCase()],
  ['upper', '40', (text) => text.toUpperCase()],
  ['lowerfirst', '30', (text) => first(text, (char) => char.toLowerCase())],
  ['upperfirst', '30', (text) => first(text, (char) => char.toUpperCase())],
  ['quotewildcard', '20', quoteWildcards],
  ['quoteregex', '20', quoteRegex],
  ['encodeurl', '15', (text) => encodeURIComponent(text.toWellFormed())],
  ['length', '10', (text) => String([...text].length)],
]

export const modifierTags: Readonly<Record<string, TagRule>> = {
  ...Object.fromEntries(modifiers.map(([tag, group]) => [tag, { takes: 'none', group }])),
  quoteregex: { takes: 'none', group: '20', needs: 'regex' },
  encodeurl: { takes: 'none', group: '15', needs: 'enotify' },
}

export const modifiedBy = (taken: Taken): ((text: string) => string) => {
  const changes = modifiers.filter(([tag]) => taken.has(tag)).map(([, , change]) => change)
  return (value) => changes.reduce((text, change) => change(text), value)
}
