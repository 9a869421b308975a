import { idParameters } from '@bulkhead/wire/imap/id-grammar.ts'
import { ok, untagged } from '@bulkhead/wire/imap/response.ts'
import { command } from '../command.ts'

/** `ID SP id-params-list`: the name, never a version that tells an attacker what to try. */
export const id = command({
  name: 'ID',
  rfc: '2971',
  numbers: 'breaks',
  args: [idParameters],
  asks: 'nothing',
  decide: () => ({}),
  reply: { done: () => [untagged('ID ("name" "Bulkhead")'), ok('ID completed')] },
})
