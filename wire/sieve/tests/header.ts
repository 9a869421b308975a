import type { TestDefinition } from '../definition.ts'
import { chosenBy, indexTags } from '../field-values.ts'
import { mimeTags, partsBy, valuesBy } from '../mime-values.ts'
import { matcherOf, matchTags } from '../matching.ts'

/** RFC 5228 section 5.7, with `:index` (RFC 5260 section 6) and `:mime` (RFC 5703 section 4.1). */
export const header: TestDefinition = {
  name: 'header',
  needs: null,
  signature: { tags: { ...matchTags, ...indexTags, ...mimeTags }, positional: ['strings', 'strings'] },
  tests: 'none',
  compile(taken, _, compiling) {
    const [names, keys] = [taken.texts(0), taken.texts(1)]
    const [matches, chosen] = [matcherOf(taken, compiling), chosenBy(taken, compiling)]
    const [parts, valuesOf] = [partsBy(taken, compiling), valuesBy(taken)]
    return (run) => {
      const values = names.flatMap((named) => {
        const name = named(run).toLowerCase()
        return parts === undefined ? chosen(run.around.message.header(name)) : parts(run).flatMap((part) => chosen(valuesOf(run, part, name)))
      })
      return matches(run, values, keys.map((key) => key(run)))
    }
  },
}
