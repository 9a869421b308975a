/**
 * The vault: keeps keys, alone: those of accounts, the DKIM keys of domains, the one of the message trace. Twelve verbs, one
 * file each in `verbs/`, behind a guard that checks the caller's right and rate and tells `watch` what was granted. Nothing
 * lists, exports or works on several accounts.
 */
import { randomBytes } from 'node:crypto'
import type { Clock } from '@bulkhead/base/clock.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import { newAccountHandle, type AccountHandle } from '@bulkhead/base/ids.ts'
import { secret, type Secret } from '@bulkhead/base/secret.ts'
import type { VaultBudgets } from '@bulkhead/door/contracts/start.ts'
import type { VaultCaller, VaultVerbs } from '@bulkhead/door/contracts/vault.ts'
import type { Reply } from '@bulkhead/door/verbs.ts'
import type { Credential, Epochs, RowSealing } from '@bulkhead/seal/rows.ts'
import { verifierBytes } from '@bulkhead/seal/wraps.ts'
import { newRawKeyPair } from '@bulkhead/seal/x25519.ts'
import { attempts, type Attempts } from './budgets.ts'
import type { HeldKeys, KeyTable, TracePair } from './key-table.ts'
import type { RootKey } from './root.ts'
import { signingKeys, type SigningKeys } from './signing-keys.ts'

export interface VaultParts {
  readonly table: KeyTable
  readonly root: RootKey
  readonly rows: RowSealing
  readonly clock: Clock
  readonly budgets: VaultBudgets
}

export interface Vault extends VaultParts {
  readonly indexKey: Secret<Buffer>
  readonly attempts: Attempts
  readonly decoy: Decoy
  readonly signingKeys: SigningKeys
  readonly tracePublicKey: Buffer
  readonly traceKey: Secret<Buffer>
}

/** One verb: what is asked (hostile), by whom, and the reply. Synchronous, so no two verbs ever interleave. */
export type VerbOf<K extends keyof VaultVerbs> = (
  vault: Vault,
  ask: Readonly<Record<string, unknown>>,
  caller: VaultCaller,
) => Reply<VaultVerbs[K]>

/** As `VerbOf`, for the two that keep a processor busy and so run on other threads; between their waits they are synchronous too. */
export type LaterVerbOf<K extends keyof VaultVerbs> = (...given: Parameters<VerbOf<K>>) => Promise<Reply<VaultVerbs[K]>>

/** An account nobody has, so that asking for an unknown one costs what asking for a known one does. */
export interface Decoy {
  readonly account: AccountHandle
  readonly wrapped: Buffer
  readonly credential: Buffer
}

const accountKeyBytes = 32
/** Of a real inner wrap: version, nonce, private key, tag. */
const innerWrapBytes = 61

const keyUse = (account: AccountHandle): string => `account ${account}`

export const newAccountKey = (): Secret<Buffer> => secret(randomBytes(accountKeyBytes))

export const wrapKey = (root: RootKey, account: AccountHandle, key: Secret<Buffer>): Buffer =>
  root.wrap(keyUse(account), key)

export const accountKey = (root: RootKey, account: AccountHandle, wrapped: Uint8Array): Secret<Buffer> =>
  root.unwrap(keyUse(account), wrapped)

/** `use` under the account's key, or under the one before where a rekey is not settled yet. */
export const withKeys = <T>(
  { root }: VaultParts,
  account: AccountHandle,
  held: Pick<HeldKeys, 'wrapped' | 'previous'>,
  use: (key: Secret<Buffer>) => T,
): T => {
  try {
    return use(accountKey(root, account, held.wrapped))
  } catch (error) {
    if (held.previous === null || !(error instanceof Fault)) throw error
    return use(accountKey(root, account, held.previous))
  }
}

/** As `withKeys`; undefined where neither key opens it. */
export const opened = <T extends object | string>(
  vault: VaultParts,
  account: AccountHandle,
  held: Pick<HeldKeys, 'wrapped' | 'previous'>,
  open: (key: Secret<Buffer>) => T,
): T | undefined => {
  try {
    return withKeys(vault, account, held, open)
  } catch (error) {
    if (error instanceof Fault && error.code === 'corrupt') return undefined
    throw error
  }
}

export const epochsNow = (table: KeyTable, held: HeldKeys): Epochs => ({
  account: held.accountEpoch,
  set: held.setEpoch,
  cell: table.cellEpoch(),
})

const makeDecoy = ({ root, rows }: VaultParts): Decoy => {
  const account = newAccountHandle()
  const key = newAccountKey()
  const credential: Credential = {
    verifier: randomBytes(verifierBytes),
    innerWrap: randomBytes(innerWrapBytes),
    epochs: { account: 0, set: 0, cell: 0 },
  }
  return { account, wrapped: wrapKey(root, account, key), credential: rows.sealCredential(key, account, credential) }
}

const traceUse = 'trace key'

const newTracePair = (root: RootKey): TracePair => {
  const { publicKey, privateKey } = newRawKeyPair()
  return { publicKey, wrapped: root.wrap(traceUse, privateKey) }
}

/** Throws `Fault('misconfigured')` where the root is not the one this key table was made with. */
export const openVault = (parts: VaultParts): Vault => {
  const { table, root, clock, budgets } = parts
  const wrapped = table.wrappedIndexKey(() => root.wrap('index key', secret(randomBytes(accountKeyBytes))))
  const indexKey = ((): Secret<Buffer> => {
    try {
      return root.unwrap('index key', wrapped)
    } catch (cause) {
      throw new Fault('misconfigured', 'the root key does not belong to this key table', cause)
    }
  })()
  const trace = table.traceKey(() => newTracePair(root))
  return {
    ...parts, indexKey, attempts: attempts(table, clock, budgets.wrongPerAccountHour), decoy: makeDecoy(parts),
    signingKeys: signingKeys(table, root), tracePublicKey: trace.publicKey, traceKey: root.unwrap(traceUse, trace.wrapped),
  }
}
