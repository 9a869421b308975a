/** `RETR msg`, RFC 1939 section 5. */
import { command, noSuchMessage } from '../command.ts'

export const retr = command({
  verb: 'RETR',
  decide(drop, { message }, terms) {
    const position = drop.find(message)
    return position === undefined ? noSuchMessage(terms) : { is: 'message', position, bodyLines: null }
  },
})
