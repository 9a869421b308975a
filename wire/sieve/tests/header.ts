import type { TestDefinition } from '../definition.ts'
import { chosenBy, indexTags } from '../field-values.ts'
import { matcherOf, matchTags } from '../matching.ts'

/** RFC 5228 section 5.7, with `:index` (RFC 5260 section 6). */
export const header: TestDefinition = {
  name: 'header',
  needs: null,
  signature: { tags: { ...matchTags, ...indexTags }, positional: ['strings', 'strings'] },
  tests: 'none',
  compile(taken, _, compiling) {
    const [names, keys] = [taken.texts(0), taken.texts(1)]
    const [matches, chosen] = [matcherOf(taken, compiling), chosenBy(taken, compiling)]
    return (run) => {
      const values = names.flatMap((name) => chosen(run.around.message.header(name(run).toLowerCase())))
      return matches(run, values, keys.map((key) => key(run)))
    }
  },
}
