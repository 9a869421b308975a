/** The W4 wrap of one account, for its ISP's custodians; only their recovery key opens it. */
import { base64 } from '@bulkhead/base/bytes.ts'
import { BadAsk } from '@bulkhead/door/ask.ts'
import { answered, refused } from '@bulkhead/door/verbs.ts'
import { lookUp } from '../accounts.ts'
import { reasonOf } from '../ask.ts'
import type { DeskVerb } from '../desk.ts'

export const escrowOf: DeskVerb<'escrowOf'> = async (desk, ask) => {
  const why = reasonOf(ask)
  if (why === '') throw new BadAsk('reason')
  const looked = await lookUp(desk, ask)
  if (looked.is === 'refused') return looked
  const { account } = looked.line
  const escrow = await desk.directory.escrowOf(account)
  return { ...(escrow === undefined ? refused('noEscrow') : answered({ escrow: base64(escrow) })), about: account, why }
}
