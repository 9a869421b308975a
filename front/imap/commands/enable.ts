import { listItemsMax } from '@bulkhead/wire/imap/limits.ts'
import { atom, bad, isAtEnd, space, type Parser } from '@bulkhead/wire/imap/scan.ts'
import { ok, untagged } from '@bulkhead/wire/imap/response.ts'
import { command } from '../command.ts'

/** `capability *(SP capability)` */
const capabilities: Parser<number> = (scan) => {
  let count = 0
  for (;;) {
    atom(scan)
    if ((count += 1) > listItemsMax) bad('List is too long')
    if (isAtEnd(scan)) return count
    space(scan)
  }
}

/** `ENABLE 1*(SP capability)`: none of ours needs it, so nothing is enabled, which is an answer. */
export const enable = command({
  name: 'ENABLE',
  rfc: '5161',
  numbers: 'breaks',
  args: [capabilities],
  asks: 'nothing',
  decide: () => ({}),
  reply: { done: () => [untagged('ENABLED'), ok('ENABLE completed')] },
})
