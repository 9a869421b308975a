import type { TestDefinition } from '../definition.ts'
import { flagsIn, flagsNamed } from '../flags.ts'
import { matcherOf, matchTags } from '../matching.ts'

/** RFC 5232 section 4. */
export const hasflag: TestDefinition = {
  name: 'hasflag',
  needs: 'imap4flags',
  signature: { tags: matchTags, positional: ['strings', 'strings'], firstMayMiss: true },
  tests: 'none',
  compile(taken, _, compiling) {
    const names = taken.missing(0) ? [undefined] : taken.constants(0)
    if (!taken.missing(0) && !compiling.requires('variables')) compiling.mistake(taken.placeOf(0), 'A variable needs require "variables"')
    const keys = taken.texts(1)
    const matches = matcherOf(taken, compiling)
    const counts = taken.has('count')
    const byPattern = taken.has('matches') || taken.has('contains') || taken.has('regex')
    return (run) => {
      const flags = names.flatMap((name) => flagsNamed(run, name))
      const given = keys.map((key) => key(run))
      return matches(run, flags, counts ? given : flagsIn(given, run.limits.flagsMax).concat(byPattern ? given : []))
    }
  },
}
