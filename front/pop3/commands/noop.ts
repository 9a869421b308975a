/** `NOOP`, RFC 1939 section 5. */
import { command } from '../command.ts'

export const noop = command({ verb: 'NOOP', decide: () => ({ is: 'say', text: 'Still here' }) })
