/** LIST patterns (RFC 9051 section 6.3.9): `*` matches anything, `%` anything within one level. */
import { inboxInCapitals } from '@bulkhead/wire/imap/mailbox-name.ts'

const delimiter = '/'

/** Runs of wildcards as one: `*` where any of them is `*`. */
const simplified = (pattern: string): string => pattern.replaceAll(/[*%]{2,}/g, (run) => (run.includes('*') ? '*' : '%'))

/** Without wildcards in the middle there is nothing to follow. */
const simplyMatched = (pattern: string): ((name: string) => boolean) | undefined => {
  if (pattern === '*') return () => true
  if (pattern === '%') return (name) => !name.includes(delimiter)
  return /[*%]/.test(pattern) ? undefined : (name) => name === pattern
}

/**
 * Names as mailboxes have them: patterns in NFC, and INBOX in capitals matches a pattern in any case (RFC 9051 section 6.3.9).
 */
export const nameMatcher = (written: string): ((name: string) => boolean) => {
  const pattern = inboxInCapitals(written.normalize('NFC'))
  const matches = patternMatcher(pattern)
  const matchesInbox = patternMatcher(pattern.toUpperCase())('INBOX')
  return (name) => (name === 'INBOX' ? matchesInbox : matches(name))
}

/**
 * Follows every way through the pattern at once, so that no pattern takes longer than its length times the name's.
 * `reached[i]` says whether the name so far can stand at the pattern's character i.
 */
export const patternMatcher = (written: string): ((name: string) => boolean) => {
  const pattern = simplified(written)
  const simply = simplyMatched(pattern)
  if (simply !== undefined) return simply
  const length = pattern.length
  const passWildcards = (reached: Uint8Array): void => {
    for (let at = 0; at < length; at += 1) {
      if (reached[at] === 1 && (pattern[at] === '*' || pattern[at] === '%')) reached[at + 1] = 1
    }
  }
  return (name) => {
    let reached = new Uint8Array(length + 1)
    reached[0] = 1
    passWildcards(reached)
    for (const character of name) {
      const next = new Uint8Array(length + 1)
      for (let at = 0; at < length; at += 1) {
        if (reached[at] !== 1) continue
        const wanted = pattern[at]
        if (wanted === '*' || (wanted === '%' && character !== delimiter)) next[at] = 1
        else if (wanted === character) next[at + 1] = 1
      }
      passWildcards(next)
      reached = next
    }
    return reached[length] === 1
  }
}
