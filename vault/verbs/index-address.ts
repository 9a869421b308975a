/** `index`: the keyed blind index of an address. It says nothing of whether anybody has it. */
import { base64 } from '@bulkhead/base/bytes.ts'
import { answered } from '@bulkhead/door/verbs.ts'
import { addressOf } from '../ask.ts'
import type { VerbOf } from '../vault.ts'

export const indexAddress: VerbOf<'index'> = ({ rows, indexKey }, ask) =>
  answered({ index: base64(rows.addressIndex(indexKey, addressOf(ask, 'address'))) })
