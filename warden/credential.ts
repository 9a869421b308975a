/** W1 made and opened: what stands between a password and the account's private key, the warden's half of it. */
import { randomBytes } from 'node:crypto'
import { base64 } from '@bulkhead/base/bytes.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import type { Secret } from '@bulkhead/base/secret.ts'
import type { Base64 } from '@bulkhead/door/contracts/vault.ts'
import type { CredentialRow } from '@bulkhead/door/contracts/warden.ts'
import { passwordKeys, unwrapInner, wrapInner } from '@bulkhead/seal/wraps.ts'
import type { Subject } from './found.ts'
import type { Warden } from './warden.ts'

const saltBytes = 16

export interface NewCredential {
  /** For the vault to seal. */
  readonly parts: { readonly verifier: Base64; readonly innerWrap: Base64 }
  readonly rowWith: (sealed: Base64) => CredentialRow
}

/** Undefined where too many hashes wait already. */
export const newCredential = async (
  { hash, params }: Pick<Warden, 'hash' | 'params'>,
  password: Secret<Uint8Array>,
  privateKey: Secret<Uint8Array>,
): Promise<NewCredential | undefined> => {
  const salt = randomBytes(saltBytes)
  const argon = await hash('desk', password, salt, params)
  if (argon === undefined) return undefined
  const { verifier, wrapKey } = passwordKeys(argon)
  return {
    parts: { verifier: base64(verifier.declassify()), innerWrap: base64(wrapInner(wrapKey, privateKey)) },
    rowWith: (sealed) => ({ salt: base64(salt), params, sealed }),
  }
}

export type Unlocked =
  | { readonly is: 'open'; readonly privateKey: Secret<Buffer> }
  | { readonly is: 'refused'; readonly why: 'wrong' | 'overBudget' }

/**
 * Brings the vault the verifier and opens what it gives. The key must be the one whose public half the directory has: a
 * vault that says yes to anything opens nothing.
 */
export const unlock = async (
  { vault, sealing }: Pick<Warden, 'vault' | 'sealing'>,
  { account, credential, publicKey }: Subject,
  argon: Secret<Buffer>,
  proof: boolean,
): Promise<Unlocked> => {
  const { verifier, wrapKey } = passwordKeys(argon)
  const reply = await vault.ask('unwrap', {
    account,
    credential: credential.sealed,
    verifier: base64(verifier.declassify()),
    proof,
  })
  if (reply.is === 'refused') {
    // A stale credential looks like a wrong password from outside.
    return { is: 'refused', why: reply.refusal === 'overBudget' ? 'overBudget' : 'wrong' }
  }
  const privateKey = unwrapInner(wrapKey, Buffer.from(reply.answer.innerWrap, 'base64'))
  if (!sealing.publicKeyOf(privateKey).equals(publicKey)) throw new Fault('corrupt', 'the wrap holds another key')
  return { is: 'open', privateKey }
}

/** Has the vault seal a new credential for an account that exists. */
export const enrolCredential = async (
  { vault }: Pick<Warden, 'vault'>,
  { account, set }: Pick<Subject, 'account' | 'set'>,
  { parts, rowWith }: NewCredential,
): Promise<CredentialRow | undefined> => {
  const reply = await vault.ask('enrol', { account, set, credential: parts, address: null })
  return reply.is === 'refused' || reply.answer.credential === null ? undefined : rowWith(reply.answer.credential)
}
