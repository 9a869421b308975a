import { noArguments, type CommandDefinition } from '../definition.ts'

/** RFC 5228 section 3.3. */
export const stop: CommandDefinition = { name: 'stop', needs: null, signature: noArguments, compile: () => () => 'stop' }
