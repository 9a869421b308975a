/** Puts an address on the list of those an account may send as, sealed to that account: the desk itself can't read the list. */
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import { sealIdentity } from '@bulkhead/mail/sending/identities.ts'
import type { Desk } from './desk.ts'

type Parts = Pick<Desk, 'plans' | 'sealing'>

export const listIdentity = async ({ plans, sealing }: Parts, account: AccountHandle, index: Uint8Array, address: string) => {
  const publicKey = await plans.publicKeyOf(account)
  if (publicKey === undefined) return 'noSuchAddress'
  return plans.addIdentity(account, index, sealIdentity(sealing, { account, publicKey }, address))
}
