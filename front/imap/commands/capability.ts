import { ok, untagged } from '@bulkhead/wire/imap/response.ts'
import { capabilityText } from '../capability.ts'
import { command } from '../command.ts'

/** `CAPABILITY` */
export const capability = command({
  name: 'CAPABILITY',
  rfc: '9051 section 6.1.1',
  numbers: 'breaks',
  args: [],
  asks: 'nothing',
  decide: () => ({}),
  reply: { done: (_, after) => [untagged(capabilityText(after)), ok('CAPABILITY completed')] },
})
