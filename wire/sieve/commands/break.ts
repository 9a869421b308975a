import type { CommandDefinition } from '../definition.ts'

/** RFC 5703 section 3: out of the loop of that name, or of the innermost. */
export const breakOut: CommandDefinition = {
  name: 'break',
  needs: 'foreverypart',
  signature: { tags: { name: { takes: 'string' } }, positional: [] },
  compile(taken, compiling) {
    const name = taken.tagConstant('name') ?? null
    if (compiling.loops.length === 0) compiling.mistake(taken.at, '“break” stands in a “foreverypart”')
    else if (name !== null && !compiling.loops.includes(name)) compiling.mistake(taken.at, `There is no “foreverypart” named “${name}” around this`)
    return (run) => {
      run.breaksOutOf = name
      return 'break'
    }
  },
}
