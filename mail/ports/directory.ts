/**
 * The directory of a cell: who has an address. Each process gets only its own view (and a database role that can do no
 * more). Addresses are known by their blind index alone.
 */
import type { Use } from './journal-store.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { AccountState, AccountLine } from '@bulkhead/door/contracts/desk.ts'
import type { CredentialRow, SealedAddress } from '@bulkhead/door/contracts/warden.ts'

export interface Resolved {
  readonly account: AccountHandle
  readonly state: AccountState
  readonly publicKey: Uint8Array
}

/** `intake`: may ask for one address at a time. */
export interface RecipientDirectory {
  resolve(index: Uint8Array): Promise<Resolved | undefined>
  isLocalDomain(domain: string): Promise<boolean>
}

/** `warden`: one credential row by index, and its replacement at login. */
export interface CredentialDirectory {
  /** `set` is the account's brand. */
  credentialFor(index: Uint8Array): Promise<{ readonly account: AccountHandle; readonly state: AccountState; readonly set: string; readonly publicKey: Uint8Array; readonly credential: CredentialRow } | undefined>
  /** Stores the row unless it changed since `previousSealed` was read. */
  replaceCredential(account: AccountHandle, previousSealed: Uint8Array, credential: CredentialRow): Promise<boolean>
  /** Notes a login; batched, not awaited, a minute's precision. */
  loggedIn(account: AccountHandle): void
}

/** `mailroom`: may it go on, is this address this account's, is this domain ours. */
export interface SessionDirectory {
  accountState(account: AccountHandle): Promise<{ readonly state: AccountState; readonly publicKey: Uint8Array } | undefined>
  ownsAddress(account: AccountHandle, index: Uint8Array): Promise<boolean>
  isLocalDomain(domain: string): Promise<boolean>
}

export interface NewAccountRow {
  readonly account: AccountHandle
  readonly brand: string
  readonly publicKey: Uint8Array
  readonly credential: CredentialRow
  readonly address: SealedAddress
  readonly escrow: Uint8Array | null
}

/** `desk`: everything but reading verifiers: it may write credential rows, not read them. */
export interface DeskDirectory {
  addBrand(brand: string, name: string): Promise<'added' | 'exists'>
  brands(): Promise<readonly { readonly brand: string; readonly name: string; readonly domains: readonly string[] }[]>
  addDomain(domain: string, brand: string): Promise<'added' | 'exists' | 'noSuchBrand'>
  removeDomain(domain: string): Promise<'removed' | 'noSuchDomain' | 'notEmpty'>
  domains(): Promise<readonly { readonly domain: string; readonly brand: string }[]>
  /** `neverAgain`: the index belonged to a cancelled account. */
  addAccount(row: NewAccountRow, domain: string): Promise<'added' | 'exists' | 'neverAgain' | 'noSuchDomain'>
  find(index: Uint8Array): Promise<(Omit<AccountLine, 'usedBytes' | 'messages' | 'quotaBytes' | 'quotaMessages' | 'address'> & { readonly sealedAddress: Uint8Array }) | undefined>
  /** By account handle, after `after`. */
  list(after: AccountHandle | null, limit: number): Promise<readonly (Omit<AccountLine, 'usedBytes' | 'messages' | 'quotaBytes' | 'quotaMessages' | 'address'> & { readonly sealedAddress: Uint8Array })[]>
  setState(account: AccountHandle, state: AccountState): Promise<void>
  addAlias(account: AccountHandle, domain: string, address: SealedAddress): Promise<'added' | 'exists' | 'neverAgain' | 'noSuchDomain'>
  removeAlias(index: Uint8Array): Promise<'removed' | 'noSuchAddress' | 'primaryStays'>
  setCredential(account: AccountHandle, credential: CredentialRow): Promise<void>
  escrowOf(account: AccountHandle): Promise<Uint8Array | undefined>
  /** Cancelled: keys, credentials, sealed texts are deleted; the indexes stay as tombstones. */
  bury(account: AccountHandle): Promise<void>
}

/** `desk`: the mail database's side of an account's life. */
export interface AccountLife {
  openJournal(account: AccountHandle, quotaBytes: number | null): Promise<void>
  setQuota(account: AccountHandle, quotaBytes: number | null): Promise<void>
  setMessageQuota(account: AccountHandle, quotaMessages: number | null): Promise<void>
  usage(accounts: readonly AccountHandle[]): Promise<ReadonlyMap<AccountHandle, Use>>
  /** Closed for arrivals (`accountClosed`) or open again. */
  setOpen(account: AccountHandle, open: boolean): Promise<void>
  removeJournal(account: AccountHandle): Promise<void>
}
