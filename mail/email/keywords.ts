/**
 * Keywords of an Email (RFC 8621 section 4.1.1) and the flags of IMAP they are: four of the system flags have names with `$`, keywords
 * are in lower case. `\Deleted` has none: what has it is not there for JMAP.
 */
import { isKeyword, knownFlag } from '../journal/flags.ts'

const systemKeywords = { $seen: '\\Seen', $answered: '\\Answered', $flagged: '\\Flagged', $draft: '\\Draft' } as const
const flagOf: ReadonlyMap<string, string> = new Map(Object.entries(systemKeywords))
const keywordOf: ReadonlyMap<string, string> = new Map(Object.entries(systemKeywords).map(([keyword, flag]) => [flag, keyword]))

/** The flag as the journal keeps it; undefined for what is no keyword, or longer than we keep. */
export const flagOfKeyword = (keyword: string): string | undefined => {
  const name = keyword.toLowerCase()
  const system = flagOf.get(name)
  if (system !== undefined) return system
  return isKeyword(name) ? name : undefined
}

/** Mailboxes know few combinations of flags and give each as one list. */
const known = new WeakMap<readonly string[], readonly string[]>()

/** Keywords that a list of flags means, in lower case, each once. */
export const keywordsOfFlags = (flags: readonly string[]): readonly string[] => {
  const made = known.get(flags) ?? [...new Set(flags.flatMap((flag) => {
    const system = knownFlag(flag)
    if (system === undefined) return []
    return system.startsWith('\\') ? (keywordOf.get(system) ?? []) : system.toLowerCase()
  }))]
  known.set(flags, made)
  return made
}
