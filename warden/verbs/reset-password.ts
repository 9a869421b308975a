/** A new password with the private key that custodians brought back from W4. It must be this account's key. */
import { answered, refused } from '@bulkhead/door/verbs.ts'
import { credentialDigest } from '@bulkhead/seal/credential-digest.ts'
import { addressOf, passwordOf, privateKeyOf } from '../ask.ts'
import { enrolCredential, newCredential } from '../credential.ts'
import { findSubject } from '../subject.ts'
import type { WardenVerb } from '../warden.ts'

export const resetPassword: WardenVerb<'resetPassword'> = async (warden, ask) => {
  const { sealing, rule, tell } = warden
  const address = addressOf(ask)
  const privateKey = privateKeyOf(ask)
  const newPassword = passwordOf(ask, 'newPassword')
  if (rule(newPassword, address) !== undefined) return refused('weakPassword')

  const found = await findSubject(warden, address, (state) => state !== 'cancelled')
  if (found === undefined) return refused('overBudget')
  const { subject } = found
  if (!sealing.publicKeyOf(privateKey).equals(subject.publicKey)) return refused('wrong')
  const credential = await newCredential(warden, newPassword, privateKey)
  const row = credential && (await enrolCredential(warden, subject, credential))
  if (row === undefined) return refused('overBudget')
  tell({ kind: 'warden.resetPassword', subject: subject.account, caller: 'desk', outcome: 'granted' })
  return answered({ account: subject.account, credential: row, previous: credentialDigest(Buffer.from(subject.credential.sealed, 'base64')) })
}
