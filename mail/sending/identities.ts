/** Addresses an account may send as, listed for its own programs (JMAP's Identity): each sealed to the account's key. */
import { utf8, utf8Text } from '@bulkhead/base/bytes.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { Secret } from '@bulkhead/base/secret.ts'
import type { Sealing } from '@bulkhead/seal/sealing.ts'

const useOf = (account: AccountHandle): string => `identity of ${account}`

export interface IdentityOwner {
  readonly account: AccountHandle
  readonly publicKey: Uint8Array
}

/** `address` as a person wrote it, canonical. */
export const sealIdentity = (sealing: Sealing, { account, publicKey }: IdentityOwner, address: string): Buffer =>
  sealing.sealTo(publicKey, useOf(account), utf8(address))

/** Throws `Fault('corrupt')` for what was sealed to another account. */
export const openIdentity = (sealing: Sealing, account: AccountHandle, privateKey: Secret<Uint8Array>, sealed: Uint8Array): string => {
  const address = utf8Text(sealing.openWith(privateKey, useOf(account), sealed))
  if (address === undefined) throw new Fault('corrupt', 'identity: text')
  return address
}

/** The login first, then the others in the order of the alphabet, each once. */
export const listedIdentities = (login: string, others: readonly string[]): readonly string[] => [
  login, ...[...new Set(others)].filter((address) => address !== login).sort(),
]
