import { ok, untagged } from '@bulkhead/wire/imap/response.ts'
import { command } from '../command.ts'

/** `NAMESPACE`: one personal namespace without a prefix, none of other people's, one of shared mailboxes. */
export const namespace = command({
  name: 'NAMESPACE',
  rfc: '2342',
  numbers: 'breaks',
  args: [],
  asks: 'nothing',
  decide: () => ({}),
  reply: { done: () => [untagged('NAMESPACE (("" "/")) NIL (("Shared/" "/"))'), ok('NAMESPACE completed')] },
})
