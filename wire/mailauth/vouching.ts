/**
 * What sealers one trusts say of a message before it came to them (RFC 8617 section 7.2): the first of an unbroken chain told
 * that DMARC had passed for this author, and everyone in the chain is trusted not to have made that up.
 */
import { comment, quotedString } from '../mime/scan.ts'
import type { ArcOutcome } from './results.ts'

const resultsCharsMax = 16_384

/** Values of Authentication-Results between semicolons, without comments; what is quoted is not looked into. */
const statements = (value: string): readonly string[] => {
  const found: string[] = []
  let text = ''
  for (let at = 0; at < value.length; ) {
    const char = value[at] ?? ''
    if (char === '(') at = Math.max(at + 1, comment(value, at).end)
    else if (char === '"') {
      text += '"'
      at = quotedString(value, at).end
    } else {
      if (char === ';') {
        found.push(text)
        text = ''
      } else text += char
      at += 1
    }
  }
  return [...found, text]
}

const passed = (results: string, author: string): boolean => {
  const verdicts = statements(results.slice(0, resultsCharsMax)).map((text) => text.trim().toLowerCase()).filter((text) => /^dmarc(?:\/1)?\s*=/.test(text))
  const [verdict, ...others] = verdicts
  if (verdict === undefined || others.length > 0) return false
  const words = verdict.replace(/\s+/g, ' ').replace(/ ?= ?/g, '=').split(' ')
  return words[0]?.endsWith('=pass') === true && words.includes(`header.from=${author}`)
}

export const vouchedFor = (arc: ArcOutcome, author: string | null, trusted: readonly string[]): boolean => {
  const [first] = arc.hops
  if (arc.result !== 'pass' || author === null || first === undefined || first.instance !== 1) return false
  return arc.hops.every(({ domain }) => trusted.includes(domain)) && passed(first.results, author)
}
