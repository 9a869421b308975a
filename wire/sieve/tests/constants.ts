import { noArguments, type TestDefinition } from '../definition.ts'

const always = (name: 'true' | 'false'): TestDefinition =>
  ({ name, needs: null, signature: noArguments, tests: 'none', compile: () => () => name === 'true' })

/** RFC 5228 section 5.10. */
export const isTrue = always('true')
/** RFC 5228 section 5.6. */
export const isFalse = always('false')
