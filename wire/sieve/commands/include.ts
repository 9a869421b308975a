import type { CommandDefinition } from '../definition.ts'
import { RunError, runSteps } from '../run-state.ts'

/**
 * RFC 6609 section 3.1. Scripts of the person alone: there are none for all. One that is missing or wrong is warned of when the script
 * is stored, and ends the run where it is reached.
 */
export const include: CommandDefinition = {
  name: 'include',
  needs: 'include',
  signature: {
    tags: {
      personal: { takes: 'none', group: 'location' },
      global: { takes: 'none', group: 'location' },
      once: { takes: 'none' },
      optional: { takes: 'none' },
    },
    positional: ['string'],
  },
  compile(taken, compiling) {
    const [name = ''] = taken.constants(0)
    if (compiling.requires('variables') && name.includes('${')) compiling.mistake(taken.placeOf(0), 'The name of a script can not be made while it runs')
    const found = taken.has('global') ? undefined : compiling.included(name)
    const mayMiss = taken.has('optional')
    if (found === undefined && !mayMiss) compiling.warning(taken.placeOf(0), `There is no script “${name}” yet`)
    if (found?.steps === null) compiling.warning(taken.placeOf(0), `The script “${name}” has mistakes, or includes itself`)
    const once = taken.has('once')
    return (run) => {
      if (found === undefined && mayMiss) return 'next'
      if (found === undefined) throw new RunError(`There is no script “${name}”`)
      // By name: it may have been a mistake, or a ring, when it was looked at.
      if (found.steps === null) throw new RunError(`The script “${name}” has mistakes, or includes itself`)
      if (once && run.hasIncluded(name)) return 'next'
      const { steps } = found
      return run.within(name, () => runSteps(steps, run)) === 'stop' ? 'stop' : 'next'
    }
  },
}
