import type { TestDefinition } from '../definition.ts'

/** RFC 5228 section 5.5. */
export const exists: TestDefinition = {
  name: 'exists',
  needs: null,
  signature: { tags: {}, positional: ['strings'] },
  tests: 'none',
  compile(taken) {
    const names = taken.texts(0)
    return (run) => names.every((name) => run.around.message.header(name(run).toLowerCase()).length > 0)
  },
}
