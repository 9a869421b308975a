/**
 * `enrol`: makes an account's key, or finds one that exists, and seals a credential and/or an address under it. A new
 * key is on the disk before the answer leaves. Handles are allocated here, so nobody can ask for a key by a chosen name.
 */
import { base64 } from '@bulkhead/base/bytes.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import { newAccountHandle, type AccountHandle } from '@bulkhead/base/ids.ts'
import type { Secret } from '@bulkhead/base/secret.ts'
import { accountOf } from '@bulkhead/door/ask.ts'
import { answered, refused } from '@bulkhead/door/verbs.ts'
import type { Epochs } from '@bulkhead/seal/rows.ts'
import { addressOf, innerWrapOf, partOf, setOf, verifierOf } from '../ask.ts'
import { accountKey, epochsNow, newAccountKey, wrapKey, type Vault, type VerbOf } from '../vault.ts'

interface Enrolled {
  readonly account: AccountHandle
  readonly key: Secret<Buffer>
  readonly epochs: Epochs
}

const newAccount = ({ root, table }: Vault, set: string): Enrolled => {
  const account = newAccountHandle()
  const key = newAccountKey()
  table.add(account, set, wrapKey(root, account, key))
  const held = table.held(account)
  if (held === undefined) throw new Fault('storageFailed', 'a new key is not in the key table')
  return { account, key, epochs: epochsNow(table, held) }
}

const existing = ({ root, table }: Vault, account: AccountHandle): Enrolled | undefined => {
  const held = table.held(account)
  if (held === undefined) return undefined
  return { account, key: accountKey(root, account, held.wrapped), epochs: epochsNow(table, held) }
}

export const enrol: VerbOf<'enrol'> = (vault, ask, caller) => {
  const credential = partOf(ask, 'credential')
  const parts = credential && { verifier: verifierOf(credential), innerWrap: innerWrapOf(credential) }
  const address = ask['address'] === null ? null : addressOf(ask, 'address')
  const set = setOf(ask, 'set')
  const named = ask['account'] === null ? null : accountOf(ask)
  if (caller === 'desk' && (parts !== null || named === null)) throw new Fault('misconfigured', 'the desk adds addresses only')
  const enrolled = named === null ? newAccount(vault, set) : existing(vault, named)
  if (enrolled === undefined) return refused('noSuchAccount')
  const { account, key, epochs } = enrolled
  return answered({
    account,
    credential: parts && base64(vault.rows.sealCredential(key, account, { ...parts, epochs })),
    address: address === null ? null : {
      index: base64(vault.rows.addressIndex(vault.indexKey, address)),
      sealed: base64(vault.rows.sealAddress(key, account, address)),
    },
  })
}
