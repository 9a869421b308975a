/**
 * A new password with the old one. `proof` says that the person was identified by other means, and then it works once
 * more after credentials were killed.
 */
import { base64 } from '@bulkhead/base/bytes.ts'
import { bytesOf, flagOf } from '@bulkhead/door/ask.ts'
import { answered, refused } from '@bulkhead/door/verbs.ts'
import { lookUp } from '../accounts.ts'
import { cutOffByPassword } from '../cut-off.ts'
import type { DeskVerb } from '../desk.ts'

const passwordBytesMax = 1_024

export const passwordChange: DeskVerb<'passwordChange'> = async (desk, ask) => {
  const { vault, warden, directory } = desk
  const oldPassword = base64(bytesOf(ask, 'oldPassword', passwordBytesMax))
  const newPassword = base64(bytesOf(ask, 'newPassword', passwordBytesMax))
  const proof = flagOf(ask, 'proof')
  const looked = await lookUp(desk, ask)
  if (looked.is === 'refused') return looked
  const { account } = looked.line
  const about = { about: account, ...(proof ? { why: 'proof' } : {}) }
  if (proof) {
    const permit = await vault.ask('rotate', { account, step: 'permit', credentials: [], addresses: [] })
    if (permit.is === 'refused') return { ...refused(permit.refusal === 'overBudget' ? 'overBudget' : 'noSuchAccount'), ...about }
  }
  const changed = await warden.ask('changePassword', { address: looked.address, oldPassword, newPassword, proof })
  if (changed.is === 'refused') return { ...changed, ...about }
  await directory.setCredential(account, changed.answer.credential)
  await cutOffByPassword(desk, account, changed.answer.previous)
  return { ...answered({}), ...about }
}
