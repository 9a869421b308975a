/** `STAT`, RFC 1939 section 5. */
import { command } from '../command.ts'

export const stat = command({
  verb: 'STAT',
  decide: (drop) => ({ is: 'say', text: `${drop.count} ${drop.sizeBytes}` }),
})
