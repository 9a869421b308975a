/**
 * The directory of a cell: who has an address. Each process gets only its own view (and a database role that can do no
 * more). Addresses are known by their blind index alone.
 */
import type { Use } from './journal-store.ts'
import type { FilterList } from '../filtering/entries.ts'
import type { Choice, Choices, Decided, FilterStage, SettingKey } from '../filtering/settings.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { AccountState, AccountLine } from '@bulkhead/door/contracts/desk.ts'
import type { CredentialRow, SealedAddress } from '@bulkhead/door/contracts/warden.ts'

/** What a person decided about mail that arrives; lists are entries one after the other (`mail/filtering/entries.ts`). */
export interface AccountFilter {
  readonly choices: Choices
  readonly allow: Uint8Array
  readonly deny: Uint8Array
}

export const noFilter: AccountFilter = { choices: {}, allow: new Uint8Array(0), deny: new Uint8Array(0) }

/** The same of the ISP and its brands. */
export interface FilterBook {
  readonly isp: Decided
  readonly brands: ReadonlyMap<string, Decided>
  readonly allow: Uint8Array
  readonly deny: Uint8Array
}

export interface Resolved {
  readonly account: AccountHandle
  readonly state: AccountState
  readonly publicKey: Uint8Array
  readonly brand: string
  readonly filter: AccountFilter
}

/** `intake`: may ask for one address at a time. */
export interface RecipientDirectory {
  resolve(index: Uint8Array): Promise<Resolved | undefined>
  isLocalDomain(domain: string): Promise<boolean>
  filterBook(): Promise<FilterBook>
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

/** `mailroom`: may it go on, as whom may it send, is this domain ours. */
export interface SessionDirectory {
  accountState(account: AccountHandle): Promise<{ readonly state: AccountState; readonly publicKey: Uint8Array } | undefined>
  /** It leads to the account, or was granted to it. */
  maySendAs(account: AccountHandle, index: Uint8Array): Promise<boolean>
  /** What it may send as beside its login, each sealed to its key (`sending/identities.ts`); aliases made before there was a list are not on it. */
  identities(account: AccountHandle): Promise<readonly Uint8Array[]>
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

/** A decision as it was written down: a consent has to be provable. */
export interface FilterDecision {
  readonly at: string
  readonly what: string
  readonly value: string | null
  readonly caller: string
}

/** A notice that an account is owed: its password was changed. */
export interface OwedNotice {
  /** UUID. */
  readonly id: string
  readonly account: AccountHandle
  readonly state: AccountState
  readonly brand: string
  readonly language: 'ja' | 'en'
  /** Of `mail/devices/browser-name.ts`. */
  readonly browser: string
  readonly happenedMs: number
}

/** `desk`: everything but reading verifiers: it may write credential rows, not read them. */
export interface DeskDirectory {
  /** JSON of a `BrandLook`. */
  setBrandLook(brand: string, look: string): Promise<'set' | 'noSuchBrand'>
  brandLook(brand: string): Promise<string | null>
  /** Sessions of the web and devices of one account, or sessions of a brand, or with the empty brand of the whole cell. */
  signOut(of: { readonly account: AccountHandle } | { readonly brand: string }): Promise<void>
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
  /** Of at most 1,000 accounts; those that are cancelled are left out. */
  publicKeys(accounts: readonly AccountHandle[]): Promise<ReadonlyMap<AccountHandle, Uint8Array>>
  setState(account: AccountHandle, state: AccountState): Promise<void>
  addAlias(account: AccountHandle, domain: string, address: SealedAddress): Promise<'added' | 'exists' | 'neverAgain' | 'noSuchDomain'>
  removeAlias(index: Uint8Array): Promise<'removed' | 'noSuchAddress' | 'primaryStays'>
  setCredential(account: AccountHandle, credential: CredentialRow): Promise<void>
  /** Taken for `leaseMs`; what is not settled by then is taken again. */
  claimOwedNotices(limit: number, leaseMs: number): Promise<readonly OwedNotice[]>
  settleOwedNotice(id: string): Promise<void>
  escrowOf(account: AccountHandle): Promise<Uint8Array | undefined>
  filterBook(): Promise<FilterBook>
  /** Null takes the decision back; the empty scope is the ISP. `caller` is written down with it. */
  setFilterSetting(scope: string, key: SettingKey, value: string | null, caller: string): Promise<'set' | 'noSuchBrand'>
  /** Of filters, forwarding and vacation. */
  rulesStanding(account: AccountHandle): Promise<{ readonly hasRules: boolean; readonly isOff: boolean }>
  switchRules(account: AccountHandle, off: boolean): Promise<void>
  filterOf(account: AccountHandle): Promise<{ readonly brand: string; readonly choices: Choices; readonly allowed: number; readonly denied: number } | undefined>
  setFilterChoice(account: AccountHandle, stage: FilterStage, choice: Choice | null, caller: string): Promise<void>
  /** What was decided for an account, newest first. */
  filterDecisions(account: AccountHandle, limit: number): Promise<readonly FilterDecision[]>
  /** A null account is the ISP. */
  addFilterEntry(account: AccountHandle | null, list: FilterList, entry: Uint8Array, caller: string): Promise<'added' | 'exists' | 'tooMany'>
  removeFilterEntry(account: AccountHandle | null, list: FilterList, entry: Uint8Array, caller: string): Promise<'removed' | 'noSuchEntry'>
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
