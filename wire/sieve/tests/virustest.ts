import type { TestDefinition } from '../definition.ts'
import { matcherOf, matchTags } from '../matching.ts'

/** RFC 5235 section 3: 0 where nobody looked, 1 for none found, 5 for one without doubt. */
export const virusTest: TestDefinition = {
  name: 'virustest',
  needs: 'virustest',
  signature: { tags: matchTags, positional: ['string'] },
  tests: 'none',
  compile(taken, _, compiling) {
    const [key, matches] = [taken.text(0), matcherOf(taken, compiling)]
    return (run) => matches(run, [String(run.around.scores.virusLevel)], [key(run)])
  },
}
