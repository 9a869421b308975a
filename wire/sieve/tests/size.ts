import type { TestDefinition } from '../definition.ts'

/** RFC 5228 section 5.9. */
export const size: TestDefinition = {
  name: 'size',
  needs: null,
  signature: { tags: { over: { takes: 'none', group: 'side' }, under: { takes: 'none', group: 'side' } }, positional: ['number'] },
  tests: 'none',
  compile(taken, _, compiling) {
    const [over, limit] = [taken.has('over'), taken.number(0)]
    if (!over && !taken.has('under')) compiling.mistake(taken.at, '“size” wants :over or :under')
    return ({ around: { message } }) => (over ? message.sizeBytes > limit : message.sizeBytes < limit)
  },
}
