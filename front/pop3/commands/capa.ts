/** `CAPA`, RFC 2449 section 5, as it is after login. */
import { command } from '../command.ts'

export const capa = command({
  verb: 'CAPA',
  decide: (_drop, _command, { texts, capabilities }) => ({ is: 'list', text: texts.capabilities, lines: capabilities }),
})
