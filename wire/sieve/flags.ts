/** Flags as scripts keep them (RFC 5232): words in a list, in the internal variable or in one of the script's. */
import type { TagRule } from './definition.ts'
import type { RunState } from './run-state.ts'
import type { Taken } from './definition.ts'

export const flagsTag = { flags: { takes: 'strings', needs: 'imap4flags' } } as const satisfies Readonly<Record<string, TagRule>>

const flagCharsMax = 64
/** A keyword or a system flag a client may set (RFC 9051 section 2.3.2). */
const flag = /^(?:\\(?:answered|flagged|deleted|seen|draft)|[!#$&'+,\-./0-9:;<=>?@A-Z^_`a-z|}~]+)$/i

/** RFC 5232 section 2: each string may hold several; what is no flag is left out. */
export const flagsIn = (texts: readonly string[], flagsMax: number): readonly string[] => {
  const byName = new Map<string, string>()
  for (const word of texts.flatMap((text) => text.split(/[ \t\r\n]+/))) {
    if (word.length > flagCharsMax || !flag.test(word) || byName.size >= flagsMax) continue
    if (!byName.has(word.toLowerCase())) byName.set(word.toLowerCase(), word)
  }
  return [...byName.values()]
}

export const flagsNamed = (run: RunState, variable: string | undefined): readonly string[] =>
  variable === undefined ? run.flags : flagsIn([run.variable(variable.toLowerCase())], run.limits.flagsMax)

export const setFlags = (run: RunState, variable: string | undefined, flags: readonly string[]): void => {
  const bounded = flags.slice(0, run.limits.flagsMax)
  if (variable === undefined) run.flags = bounded
  else run.set(variable.toLowerCase(), bounded.join(' '))
}

/** Of `keep` and `fileinto`: `:flags`, else the internal variable. */
export const flagsFor = (taken: Taken, run: RunState): readonly string[] => {
  const given = taken.tagTexts('flags')
  return given === undefined ? run.flags : flagsIn(given.map((text) => text(run)), run.limits.flagsMax)
}
