/** A new account: its key pair, W1, its first address, and W4 where the ISP has escrow. Stores nothing; the vault does. */
import { base64 } from '@bulkhead/base/bytes.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import { textOf } from '@bulkhead/door/ask.ts'
import { answered, refused } from '@bulkhead/door/verbs.ts'
import { wrapEscrow } from '@bulkhead/seal/wraps.ts'
import { addressOf, passwordOf } from '../ask.ts'
import { newCredential } from '../credential.ts'
import type { WardenVerb } from '../warden.ts'

const setLengthMax = 63

export const newAccount: WardenVerb<'newAccount'> = async (warden, ask) => {
  const { vault, sealing, rule, escrowPublicKey } = warden
  const address = addressOf(ask)
  const password = passwordOf(ask, 'password')
  const set = textOf(ask, 'set', setLengthMax)
  if (rule(password, address) !== undefined) return refused('weakPassword')
  const { publicKey, privateKey } = sealing.newKeyPair()
  const credential = await newCredential(warden, password, privateKey)
  if (credential === undefined) return refused('overBudget')
  const enrolled = await vault.ask('enrol', { account: null, set, credential: credential.parts, address })
  if (enrolled.is === 'refused') return refused('overBudget')
  const { account } = enrolled.answer
  if (enrolled.answer.credential === null || enrolled.answer.address === null) {
    throw new Fault('corrupt', 'the vault sealed less than it was given')
  }
  return answered({
    account,
    publicKey: base64(publicKey),
    credential: credential.rowWith(enrolled.answer.credential),
    address: enrolled.answer.address,
    escrow: escrowPublicKey && base64(wrapEscrow(sealing, escrowPublicKey, account, privateKey)),
  })
}
