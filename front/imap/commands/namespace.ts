import { ok, untagged } from '@bulkhead/wire/imap/response.ts'
import { command } from '../command.ts'

/** `NAMESPACE`: one personal namespace without a prefix. */
export const namespace = command({
  name: 'NAMESPACE',
  rfc: '2342',
  numbers: 'breaks',
  args: [],
  asks: 'nothing',
  decide: () => ({}),
  reply: { done: () => [untagged('NAMESPACE (("" "/")) NIL NIL'), ok('NAMESPACE completed')] },
})
