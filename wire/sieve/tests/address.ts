import { addressPartTags, partsBy as addressPartBy } from '../address-parts.ts'
import type { TestDefinition } from '../definition.ts'
import { chosenBy, indexTags } from '../field-values.ts'
import { partsBy as mimePartsBy, partTags } from '../mime-values.ts'
import { matcherOf, matchTags } from '../matching.ts'

/** RFC 5228 section 5.1, with `:user` and `:detail` (RFC 5233) and `:index` (RFC 5260 section 6) and `:mime` (RFC 5703 section 4.2). */
export const address: TestDefinition = {
  name: 'address',
  needs: null,
  signature: { tags: { ...matchTags, ...addressPartTags, ...indexTags, ...partTags }, positional: ['strings', 'strings'] },
  tests: 'none',
  compile(taken, _, compiling) {
    const [names, keys] = [taken.texts(0), taken.texts(1)]
    const [matches, chosen, pieces] = [matcherOf(taken, compiling), chosenBy(taken, compiling), addressPartBy(taken)]
    const parts = mimePartsBy(taken, compiling)
    return (run) => {
      const within = parts === undefined ? [run.around.message] : parts(run)
      const addresses = names.flatMap((name) => within.flatMap((part) => chosen(part.addresses(name(run).toLowerCase())).flat()))
      return matches(run, pieces(addresses), keys.map((key) => key(run)))
    }
  },
}
