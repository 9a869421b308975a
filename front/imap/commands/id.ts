import { bad, keyword, list, nstring, peek, type Parser } from '@bulkhead/wire/imap/scan.ts'
import { ok, untagged } from '@bulkhead/wire/imap/response.ts'
import { command } from '../command.ts'

/** RFC 2971 section 3.3: at most 30 pairs. */
const fieldsMax = 30

/** `id-params-list = "(" *(string SP nstring) ")" / nil`; what clients say of themselves is not kept. */
const idParameters: Parser<null> = (scan) => {
  if (peek(scan) === 0x28) list(nstring, fieldsMax * 2)(scan)
  else if (keyword(scan) !== 'NIL') bad('Missing parameters')
  return null
}

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
