import type { TestDefinition } from '../definition.ts'
import { extensions } from '../extensions.ts'

/** RFC 5463 section 4. Where it holds, what it names counts as required from there on; what stands where it does not hold is not looked at. */
export const ihave: TestDefinition = {
  name: 'ihave',
  needs: 'ihave',
  signature: { tags: {}, positional: ['strings'] },
  tests: 'none',
  constant(taken, _, compiling) {
    const names = taken.constants(0)
    const has = names.every((name) => extensions.includes(name))
    if (has) for (const name of names) compiling.enable(name)
    return has
  },
  compile(taken) {
    const has = taken.constants(0).every((name) => extensions.includes(name))
    return () => has
  },
}
