import type { CommandDefinition } from '../definition.ts'
import { RunError } from '../run-state.ts'

/** RFC 5463 section 5: the script can't go on; the message is kept. */
export const error: CommandDefinition = {
  name: 'error',
  needs: 'ihave',
  signature: { tags: {}, positional: ['string'] },
  compile(taken) {
    const message = taken.text(0)
    return (run) => {
      throw new RunError(message(run))
    }
  },
}
