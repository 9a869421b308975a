/** `LIST [msg]`, RFC 1939 section 5. */
import { command, noSuchMessage } from '../command.ts'
import type { Maildrop } from '../maildrop.ts'

const scan = (drop: Maildrop, position: number): string => `${position + 1} ${drop.sizeAt(position)}`

function* scans(drop: Maildrop): Generator<string> {
  for (const position of drop.positions()) yield scan(drop, position)
}

export const list = command({
  verb: 'LIST',
  decide(drop, { message }, terms) {
    if (message === null) {
      return { is: 'list', text: terms.texts.maildrop(drop.count, drop.sizeBytes), lines: scans(drop) }
    }
    const position = drop.find(message)
    return position === undefined ? noSuchMessage(terms) : { is: 'say', text: scan(drop, position) }
  },
})
