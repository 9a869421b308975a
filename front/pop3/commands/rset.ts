/** `RSET`, RFC 1939 section 5. */
import { command } from '../command.ts'

export const rset = command({
  verb: 'RSET',
  decide: (_drop, _command, { texts }) => ({ is: 'unmarkAll', text: texts.noneDeleted }),
})
