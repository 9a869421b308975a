import type { CommandDefinition } from '../definition.ts'
import { runSteps } from '../run-state.ts'

/** RFC 5703 section 3: the block once for the part of the moment, at first the message, and for each within it. */
export const forEveryPart: CommandDefinition = {
  name: 'foreverypart',
  needs: 'foreverypart',
  signature: { tags: { name: { takes: 'string' } }, positional: [] },
  block: (taken) => ({ loop: taken.tagConstant('name') ?? null }),
  compile(taken, _, block) {
    const name = taken.tagConstant('name') ?? null
    return (run) => {
      const outer = run.part
      for (const part of (outer ?? run.around.message.root()).all()) {
        run.part = part
        const after = runSteps(block, run)
        if (after === 'next') continue
        run.part = outer
        return after === 'break' && (run.breaksOutOf === null || run.breaksOutOf === name) ? 'next' : after
      }
      run.part = outer
      return 'next'
    }
  },
}
