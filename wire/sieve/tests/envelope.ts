import { addressPartTags, partsBy } from '../address-parts.ts'
import type { TestDefinition } from '../definition.ts'
import { matcherOf, matchTags } from '../matching.ts'

const partNames = ['from', 'to']

/** RFC 5228 section 5.4. */
export const envelope: TestDefinition = {
  name: 'envelope',
  needs: 'envelope',
  signature: { tags: { ...matchTags, ...addressPartTags }, positional: ['strings', 'strings'] },
  tests: 'none',
  compile(taken, _, compiling) {
    const [names, keys] = [taken.texts(0), taken.texts(1)]
    const unknown = taken.constants(0).find((name) => !name.includes('${') && !partNames.includes(name.toLowerCase()))
    if (unknown !== undefined) compiling.mistake(taken.placeOf(0), `The envelope has “from” and “to”, not “${unknown}”`)
    const [matches, parts] = [matcherOf(taken, compiling), partsBy(taken)]
    return (run) => {
      const { from, to } = run.around.envelope
      const found = names.flatMap((name) => {
        const part = name(run).toLowerCase()
        return part === 'from' ? [from] : part === 'to' ? [to] : []
      })
      return matches(run, parts(found), keys.map((key) => key(run)))
    }
  },
}
