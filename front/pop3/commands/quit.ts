/** `QUIT`, RFC 1939 section 6: enters the update state. */
import { command } from '../command.ts'

export const quit = command({ verb: 'QUIT', decide: () => ({ is: 'update' }) })
