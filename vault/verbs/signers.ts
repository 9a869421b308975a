/** `signers`: the public halves of a domain's keys. Anybody may read them in DNS. */
import { answered } from '@bulkhead/door/verbs.ts'
import { domainOf } from '../ask.ts'
import type { VerbOf } from '../vault.ts'

export const signers: VerbOf<'signers'> = ({ table }, ask) => answered({ signers: table.signers.of(domainOf(ask)) })
