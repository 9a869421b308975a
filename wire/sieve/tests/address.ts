import { addressPartTags, partsBy } from '../address-parts.ts'
import type { TestDefinition } from '../definition.ts'
import { chosenBy, indexTags } from '../field-values.ts'
import { matcherOf, matchTags } from '../matching.ts'

/** RFC 5228 section 5.1, with `:user` and `:detail` (RFC 5233) and `:index` (RFC 5260 section 6). */
export const address: TestDefinition = {
  name: 'address',
  needs: null,
  signature: { tags: { ...matchTags, ...addressPartTags, ...indexTags }, positional: ['strings', 'strings'] },
  tests: 'none',
  compile(taken, _, compiling) {
    const [names, keys] = [taken.texts(0), taken.texts(1)]
    const [matches, chosen, parts] = [matcherOf(taken, compiling), chosenBy(taken, compiling), partsBy(taken)]
    return (run) => {
      const addresses = names.flatMap((name) => chosen(run.around.message.addresses(name(run).toLowerCase())).flat())
      return matches(run, parts(addresses), keys.map((key) => key(run)))
    }
  },
}
