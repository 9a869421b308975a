/** `NOOP`, RFC 1939 section 5. */
import { command } from '../command.ts'

export const noop = command({ verb: 'NOOP', decide: (_drop, _command, { texts }) => ({ is: 'say', text: texts.stillHere }) })
