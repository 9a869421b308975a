/** A new password for somebody who forgot the old one, with the private key that custodians brought back from escrow. */
import { base64 } from '@bulkhead/base/bytes.ts'
import { bytesOf } from '@bulkhead/door/ask.ts'
import { answered } from '@bulkhead/door/verbs.ts'
import { lookUp } from '../accounts.ts'
import { cutOffByPassword } from '../cut-off.ts'
import type { DeskVerb } from '../desk.ts'

const passwordBytesMax = 1_024
const privateKeyBytes = 32

export const passwordReset: DeskVerb<'passwordReset'> = async (desk, ask) => {
  const newPassword = base64(bytesOf(ask, 'newPassword', passwordBytesMax))
  const privateKey = base64(bytesOf(ask, 'privateKey', privateKeyBytes))
  const looked = await lookUp(desk, ask)
  if (looked.is === 'refused') return looked
  const { account } = looked.line
  const reset = await desk.warden.ask('resetPassword', { address: looked.address, privateKey, newPassword })
  if (reset.is === 'refused') return { ...reset, about: account }
  await desk.directory.setCredential(account, reset.answer.credential)
  await cutOffByPassword(desk, account, reset.answer.previous)
  return { ...answered({}), about: account }
}
