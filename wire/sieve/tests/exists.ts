import type { TestDefinition } from '../definition.ts'
import { partsBy, partTags } from '../mime-values.ts'

/** RFC 5228 section 5.5, with `:mime` (RFC 5703 section 4.3). */
export const exists: TestDefinition = {
  name: 'exists',
  needs: null,
  signature: { tags: partTags, positional: ['strings'] },
  tests: 'none',
  compile(taken, _, compiling) {
    const names = taken.texts(0)
    const parts = partsBy(taken, compiling)
    return (run) => {
      const within = parts === undefined ? [run.around.message] : parts(run)
      return names.every((name) => within.some((part) => part.header(name(run).toLowerCase()).length > 0))
    }
  },
}
