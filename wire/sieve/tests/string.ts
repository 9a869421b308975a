import type { TestDefinition } from '../definition.ts'
import { matcherOf, matchTags } from '../matching.ts'

/** RFC 5229 section 5; empty strings do not count. */
export const string: TestDefinition = {
  name: 'string',
  needs: 'variables',
  signature: { tags: matchTags, positional: ['strings', 'strings'] },
  tests: 'none',
  compile(taken, _, compiling) {
    const [sources, keys] = [taken.texts(0), taken.texts(1)]
    const matches = matcherOf(taken, compiling)
    const counts = taken.has('count')
    return (run) => {
      const values = sources.map((source) => source(run)).filter((value) => !counts || value !== '')
      return matches(run, values, keys.map((key) => key(run)))
    }
  },
}
