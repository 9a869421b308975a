/** `RSET`, RFC 1939 section 5. */
import { command } from '../command.ts'

export const rset = command({
  verb: 'RSET',
  decide: () => ({ is: 'unmarkAll', text: 'No message is marked deleted' }),
})
