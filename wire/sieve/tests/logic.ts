import { noArguments, type TestDefinition } from '../definition.ts'

/** RFC 5228 section 5.2. */
export const allof: TestDefinition = {
  name: 'allof',
  needs: null,
  signature: noArguments,
  tests: 'many',
  constant: (_, tests) => (tests.includes(false) ? false : tests.includes(undefined) ? undefined : true),
  compile: (_, tests) => (run) => tests.every((test) => test(run)),
}

/** RFC 5228 section 5.3. */
export const anyof: TestDefinition = {
  name: 'anyof',
  needs: null,
  signature: noArguments,
  tests: 'many',
  constant: (_, tests) => (tests.includes(true) ? true : tests.includes(undefined) ? undefined : false),
  compile: (_, tests) => (run) => tests.some((test) => test(run)),
}

/** RFC 5228 section 5.8. */
export const not: TestDefinition = {
  name: 'not',
  needs: null,
  signature: noArguments,
  tests: 'one',
  constant: (_, [test]) => (test === undefined ? undefined : !test),
  compile: (_, [test]) => (run) => !(test?.(run) ?? false),
}
