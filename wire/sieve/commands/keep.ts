import { flagsFor, flagsTag } from '../flags.ts'
import type { CommandDefinition } from '../definition.ts'

/** RFC 5228 section 4.3. */
export const keep: CommandDefinition = {
  name: 'keep',
  needs: null,
  signature: { tags: { ...flagsTag }, positional: [] },
  compile: (taken) => (run) => {
    run.act({ is: 'keep', flags: flagsFor(taken, run) })
    run.implicitKeep = false
    return 'next'
  },
}
