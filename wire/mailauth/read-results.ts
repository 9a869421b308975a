/** Reads an Authentication-Results field that we wrote (RFC 8601 section 2.2). What can't be read of it is left out. */
import { comment, isBlankChar, quotedString } from '../mime/scan.ts'
import type { MethodResult, ResultProperty } from './authentication-results.ts'

const resultsMax = 64
const propertiesMax = 32

/** Words between blanks, quotes undone, comments gone; `;` and `=` are words of their own. */
const wordsOf = (value: string): readonly string[] => {
  const words: string[] = []
  let at = 0
  let word: string | undefined
  const end = (): void => {
    if (word !== undefined) words.push(word)
    word = undefined
  }
  while (at < value.length) {
    const char = value[at] ?? ''
    if (char === '(') {
      end()
      at = Math.max(at + 1, comment(value, at).end)
    } else if (char === '"') {
      const quoted = quotedString(value, at)
      word = `${word ?? ''}${quoted.value}`
      at = Math.max(at + 1, quoted.end)
    } else {
      if (isBlankChar(char) || char === ';' || char === '=') end()
      else word = `${word ?? ''}${char}`
      if (char === ';' || char === '=') words.push(char)
      at += 1
    }
  }
  end()
  return words
}

/** `method=result reason=… property=value …` */
const resultOf = (words: readonly string[]): MethodResult | undefined => {
  const pairs: ResultProperty[] = []
  for (let at = 1; at < words.length - 1 && pairs.length < propertiesMax; at += 1) {
    if (words[at] === '=') pairs.push([(words[at - 1] ?? '').toLowerCase(), words[at + 1] ?? ''])
  }
  const [first, ...rest] = pairs
  if (first === undefined) return undefined
  const properties = rest.filter(([name]) => name !== 'reason')
  return { method: first[0], result: first[1].toLowerCase(), reason: rest.find(([name]) => name === 'reason')?.[1] ?? null, properties }
}

/** `value` is unfolded. Each result after the authserv-id. */
export const readResults = (value: string): readonly MethodResult[] => {
  const results: MethodResult[] = []
  let group: string[] | undefined
  for (const word of [...wordsOf(value), ';']) {
    if (word !== ';') {
      group?.push(word)
      continue
    }
    const result = group === undefined ? undefined : resultOf(group)
    if (result !== undefined && results.length < resultsMax) results.push(result)
    group = []
  }
  return results
}
