/** `TOP msg n`, RFC 1939 section 7: the header, the empty line and n lines of the body. */
import { command, noSuchMessage } from '../command.ts'

export const top = command({
  verb: 'TOP',
  decide(drop, { message, bodyLines }, terms) {
    const position = drop.find(message)
    return position === undefined ? noSuchMessage(terms) : { is: 'message', position, bodyLines }
  },
})
