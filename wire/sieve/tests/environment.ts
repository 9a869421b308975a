import type { TestDefinition } from '../definition.ts'
import { matcherOf, matchTags } from '../matching.ts'

/** RFC 5183. An item that is not known matches nothing. */
export const environment: TestDefinition = {
  name: 'environment',
  needs: 'environment',
  signature: { tags: matchTags, positional: ['string', 'strings'] },
  tests: 'none',
  compile(taken, _, compiling) {
    const [name, keys] = [taken.text(0), taken.texts(1)]
    const matches = matcherOf(taken, compiling)
    return (run) => {
      const item = name(run).toLowerCase()
      const known = Object.hasOwn(run.around.environment, item) ? run.around.environment[item] : undefined
      return known !== undefined && matches(run, [known], keys.map((key) => key(run)))
    }
  },
}
