import type { CommandDefinition } from '../definition.ts'
import { isVariableName } from '../variable-name.ts'

/** RFC 6609 section 3.4.1: from here on these variables are those that every script of the run sees. */
export const global: CommandDefinition = {
  name: 'global',
  needs: 'include',
  signature: { tags: {}, positional: ['strings'] },
  compile(taken, compiling) {
    if (!compiling.requires('variables')) compiling.mistake(taken.at, '“global” needs require "variables"')
    const names = taken.constants(0)
    const wrong = names.find((name) => name.includes('.') || !isVariableName(name))
    if (wrong !== undefined) compiling.mistake(taken.placeOf(0), `“${wrong}” can not be the name of a variable`)
    return (run) => {
      for (const name of names) run.share(name.toLowerCase())
      return 'next'
    }
  },
}
