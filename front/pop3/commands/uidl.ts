/** `UIDL [msg]`, RFC 1939 section 7. */
import { command, noSuchMessage } from '../command.ts'
import type { Maildrop } from '../maildrop.ts'

const unique = (drop: Maildrop, position: number): string => `${position + 1} ${drop.uniqueIdAt(position)}`

function* uniques(drop: Maildrop): Generator<string> {
  for (const position of drop.positions()) yield unique(drop, position)
}

export const uidl = command({
  verb: 'UIDL',
  decide(drop, { message }, terms) {
    if (message === null) return { is: 'list', text: terms.texts.uniqueIds, lines: uniques(drop) }
    const position = drop.find(message)
    return position === undefined ? noSuchMessage(terms) : { is: 'say', text: unique(drop, position) }
  },
})
