import { noArguments, type CommandDefinition } from '../definition.ts'

/** RFC 6609 section 3.2: back to the script that includes this one; nothing more where there is none. */
export const goBack: CommandDefinition = { name: 'return', needs: 'include', signature: noArguments, compile: () => () => 'return' }
