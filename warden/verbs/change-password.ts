/**
 * A new password with the old one: the private key is wrapped anew. With `proof`, and a permit in the vault, also after
 * an epoch was raised, once: this is how a forced reset destroys nobody's mail.
 */
import { flagOf } from '@bulkhead/door/ask.ts'
import { answered, refused } from '@bulkhead/door/verbs.ts'
import { credentialDigest } from '@bulkhead/seal/credential-digest.ts'
import { addressOf, passwordOf } from '../ask.ts'
import { enrolCredential, newCredential, unlock } from '../credential.ts'
import { findSubject } from '../subject.ts'
import type { WardenVerb } from '../warden.ts'

export const changePassword: WardenVerb<'changePassword'> = async (warden, ask) => {
  const { hash, rule, tell } = warden
  const address = addressOf(ask)
  const oldPassword = passwordOf(ask, 'oldPassword')
  const newPassword = passwordOf(ask, 'newPassword')
  const proof = flagOf(ask, 'proof')
  if (rule(newPassword, address) !== undefined) return refused('weakPassword')

  const found = await findSubject(warden, address, (state) => state !== 'cancelled')
  if (found === undefined) return refused('overBudget')
  const { subject } = found
  const { salt, params } = subject.credential
  const argon = await hash('desk', oldPassword, Buffer.from(salt, 'base64'), params)
  if (argon === undefined) return refused('overBudget')
  const unlocked = await unlock(warden, subject, argon, proof)
  if (unlocked.is === 'refused') return refused(unlocked.why)

  const credential = await newCredential(warden, newPassword, unlocked.privateKey)
  const row = credential && (await enrolCredential(warden, subject, credential))
  if (row === undefined) return refused('overBudget')
  tell({ kind: 'warden.changePassword', subject: subject.account, caller: 'desk', outcome: proof ? 'granted with proof' : 'granted' })
  return answered({ account: subject.account, credential: row, previous: credentialDigest(Buffer.from(subject.credential.sealed, 'base64')) })
}
