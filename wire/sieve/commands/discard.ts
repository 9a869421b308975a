import { noArguments, type CommandDefinition } from '../definition.ts'

/** RFC 5228 section 4.4. */
export const discard: CommandDefinition = {
  name: 'discard',
  needs: null,
  signature: noArguments,
  compile: () => (run) => {
    run.act({ is: 'discard' })
    run.implicitKeep = false
    return 'next'
  },
}
