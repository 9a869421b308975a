/** `DELE msg`, RFC 1939 section 5: a mark; the message goes when the session ends with QUIT. */
import { command, noSuchMessage } from '../command.ts'

export const dele = command({
  verb: 'DELE',
  decide(drop, { message }, terms) {
    const position = drop.find(message)
    if (position === undefined) return noSuchMessage(terms)
    return { is: 'markDeleted', position, text: terms.texts.deleted(message) }
  },
})
