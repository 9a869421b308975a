/** The directory and the journals' life cycle in memory, as all who ask see them, for tests without a database. */
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { FilterList } from '@bulkhead/mail/filtering/entries.ts'
import { choicesOf, decidedOf } from '@bulkhead/mail/filtering/settings.ts'
import type { AccountState } from '@bulkhead/door/contracts/desk.ts'
import type { CredentialRow, SealedAddress } from '@bulkhead/door/contracts/warden.ts'
import type { DeviceDirectory } from '@bulkhead/mail/ports/device-directory.ts'
import type { AccountLife, CredentialDirectory, DeskDirectory, NewAccountRow } from '@bulkhead/mail/ports/directory.ts'

interface Kept {
  readonly row: NewAccountRow
  state: AccountState
  credential: CredentialRow
}

interface KeptAddress {
  account: AccountHandle | null
  sealed: string | null
  readonly domain: string
  readonly primary: boolean
}

export interface MemoryDirectory extends DeskDirectory, CredentialDirectory, DeviceDirectory {
  readonly devices: ReadonlyMap<string, { readonly account: AccountHandle; readonly sealed: Uint8Array; readonly facts: Uint8Array }>
  readonly accounts: ReadonlyMap<AccountHandle, Kept>
  readonly loggedInAccounts: readonly AccountHandle[]
}

const at = '2026-11-21T00:00:00.000Z'
const keyOf = (index: Uint8Array): string => Buffer.from(index).toString('base64')

export const memoryDirectory = (): MemoryDirectory => {
  const brands = new Map<string, string>()
  const domains = new Map<string, string>()
  const accounts = new Map<AccountHandle, Kept>()
  const addresses = new Map<string, KeptAddress>()
  const loggedInAccounts: AccountHandle[] = []
  const rulesOff = new Set<AccountHandle>()
  const devices = new Map<string, { account: AccountHandle; sealed: Uint8Array; facts: Uint8Array }>()

  const take = ({ index, sealed }: SealedAddress, account: AccountHandle, domain: string, primary: boolean) => {
    if (!domains.has(domain)) return 'noSuchDomain'
    const taken = addresses.get(index)
    if (taken !== undefined) return taken.account === null ? 'neverAgain' : 'exists'
    addresses.set(index, { account, sealed, domain, primary })
    return 'added'
  }
  const lineOf = (account: AccountHandle, { row, state }: Kept) => {
    const own = [...addresses.values()].filter((address) => address.account === account)
    const sealed = own.find(({ primary }) => primary)?.sealed ?? ''
    const sealedAddress = Buffer.from(sealed, 'base64')
    return { account, state, brand: row.brand, createdAt: at, lastLoginAt: null, aliases: own.length - 1, sealedAddress }
  }
  const behind = (index: Uint8Array) => {
    const account = addresses.get(keyOf(index))?.account ?? undefined
    const kept = account === undefined ? undefined : accounts.get(account)
    return account === undefined || kept === undefined ? undefined : { account, kept }
  }
  const change = (account: AccountHandle, to: (kept: Kept) => void): void => {
    const kept = accounts.get(account)
    if (kept !== undefined) to(kept)
  }

  const settings = new Map<string, Map<string, string>>()
  const choices = new Map<AccountHandle, Map<string, string>>()
  const decisions: { account: AccountHandle | null; what: string; value: string | null; caller: string }[] = []
  const entries = new Map<string, Set<string>>()
  const listOf = (account: AccountHandle | null, list: FilterList): Set<string> => {
    const key = `${account ?? ''} ${list}`
    const found = entries.get(key) ?? new Set()
    entries.set(key, found)
    return found
  }
  const joined = (list: FilterList): Buffer => Buffer.concat([...listOf(null, list)].map((entry) => Buffer.from(entry, 'base64')))
  const put = <K>(map: Map<K, Map<string, string>>, key: K, name: string, value: string | null): void => {
    const inner = map.get(key) ?? new Map<string, string>()
    if (value === null) inner.delete(name)
    else inner.set(name, value)
    map.set(key, inner)
  }

  const looks = new Map<string, string>()

  return {
    accounts,
    async setBrandLook(brand, look) {
      if (!brands.has(brand)) return 'noSuchBrand'
      looks.set(brand, look)
      return 'set'
    },
    claimOwedNotices: async () => [],
    settleOwedNotice: async () => undefined,
    brandLook: async (brand) => looks.get(brand) ?? null,
    async filterBook() {
      const decided = new Map([...settings].map(([scope, inner]) => [scope, decidedOf(Object.fromEntries(inner))] as const))
      return { isp: decided.get('') ?? {}, brands: decided, allow: joined('allow'), deny: joined('deny') }
    },
    async setFilterSetting(scope, key, value) {
      if (scope !== '' && !brands.has(scope)) return 'noSuchBrand'
      put(settings, scope, key, value)
      return 'set'
    },
    rulesStanding: async (account) => ({ hasRules: false, isOff: rulesOff.has(account) }),
    async switchRules(account, off) {
      if (off) rulesOff.add(account)
      else rulesOff.delete(account)
    },
    async filterOf(account) {
      const kept = accounts.get(account)
      if (kept === undefined) return undefined
      const chosen = choicesOf(Object.fromEntries(choices.get(account) ?? []))
      return { brand: kept.row.brand, choices: chosen, allowed: listOf(account, 'allow').size, denied: listOf(account, 'deny').size }
    },
    async setFilterChoice(account, stage, choice, caller) {
      put(choices, account, stage, choice)
      decisions.unshift({ account, what: stage, value: choice, caller })
    },
    filterDecisions: async (account, limit) =>
      decisions.filter((one) => one.account === account).slice(0, limit).map(({ what, value, caller }) => ({ at, what, value, caller })),
    async addFilterEntry(account, list, entry, caller) {
      const found = listOf(account, list)
      if (found.has(keyOf(entry))) return 'exists'
      found.add(keyOf(entry))
      decisions.unshift({ account, what: list, value: 'added', caller })
      return 'added'
    },
    removeFilterEntry: async (account, list, entry) => (listOf(account, list).delete(keyOf(entry)) ? 'removed' : 'noSuchEntry'),
    loggedInAccounts,
    async addBrand(brand, name) {
      if (brands.has(brand)) return 'exists'
      brands.set(brand, name)
      return 'added'
    },
    brands: async () =>
      [...brands].map(([brand, name]) => ({ brand, name, domains: [...domains].filter(([, of]) => of === brand).map(([domain]) => domain) })),
    async addDomain(domain, brand) {
      if (!brands.has(brand)) return 'noSuchBrand'
      if (domains.has(domain)) return 'exists'
      domains.set(domain, brand)
      return 'added'
    },
    async removeDomain(domain) {
      if ([...addresses.values()].some((address) => address.domain === domain)) return 'notEmpty'
      return domains.delete(domain) ? 'removed' : 'noSuchDomain'
    },
    domains: async () => [...domains].map(([domain, brand]) => ({ domain, brand })),
    async addAccount(row, domain) {
      const became = take(row.address, row.account, domain, true)
      if (became === 'added') accounts.set(row.account, { row, state: 'active', credential: row.credential })
      return became
    },
    async find(index) {
      const found = behind(index)
      return found && lineOf(found.account, found.kept)
    },
    list: async (after, limit) =>
      [...accounts].filter(([account]) => after === null || account > after).sort(([a], [b]) => (a < b ? -1 : 1))
        .slice(0, limit).map(([account, kept]) => lineOf(account, kept)),
    publicKeys: async (wanted) => new Map(wanted.flatMap((account) => {
      const kept = accounts.get(account)
      return kept === undefined || kept.state === 'cancelled' ? [] : [[account, kept.row.publicKey] as const]
    })),
    setState: async (account, state) => change(account, (kept) => void (kept.state = state)),
    addAlias: async (account, domain, address) => take(address, account, domain, false),
    async removeAlias(index) {
      const address = addresses.get(keyOf(index))
      if (address === undefined || address.account === null) return 'noSuchAddress'
      if (address.primary) return 'primaryStays'
      addresses.delete(keyOf(index))
      return 'removed'
    },
    setCredential: async (account, credential) => change(account, (kept) => void (kept.credential = credential)),
    escrowOf: async (account) => {
      const escrow = accounts.get(account)?.row.escrow
      return escrow == null ? undefined : escrow
    },
    async bury(account) {
      for (const address of addresses.values()) if (address.account === account) Object.assign(address, { account: null, sealed: null })
      accounts.delete(account)
    },

    async credentialFor(index) {
      const found = behind(index)
      if (found === undefined) return undefined
      const { account, kept: { row, state, credential } } = found
      return { account, state, set: row.brand, publicKey: row.publicKey, credential }
    },
    async replaceCredential(account, previousSealed, credential) {
      const kept = accounts.get(account)
      if (kept === undefined || kept.credential.sealed !== keyOf(previousSealed)) return false
      kept.credential = credential
      return true
    },
    loggedIn: (account) => void loggedInAccounts.push(account),
    devices,
    addDevice: async ({ device, ...row }) => void devices.set(device, row),
    async deviceFor(device) {
      const its = devices.get(device)
      const kept = its === undefined ? undefined : accounts.get(its.account)
      if (its === undefined || kept === undefined) return undefined
      return { device, ...its, state: kept.state, set: kept.row.brand, publicKey: kept.row.publicKey }
    },
    async deviceUsed(device, facts) {
      const its = devices.get(device)
      if (its !== undefined) its.facts = facts
    },
    async signOut(of) {
      for (const [device, { account }] of devices) if ('account' in of && of.account === account) devices.delete(device)
    },
  }
}

export interface MemoryLife extends AccountLife {
  readonly journals: ReadonlyMap<AccountHandle, { readonly quotaBytes: number | null; readonly open: boolean }>
}

export const memoryLife = (): MemoryLife => {
  const journals = new Map<AccountHandle, { readonly quotaBytes: number | null; readonly open: boolean }>()
  const messageQuotas = new Map<AccountHandle, number | null>()
  return {
    journals,
    openJournal: async (account, quotaBytes) => void journals.set(account, { quotaBytes, open: true }),
    setMessageQuota: async (account, quotaMessages) => void messageQuotas.set(account, quotaMessages),
    setQuota: async (account, quotaBytes) => void journals.set(account, { open: true, ...journals.get(account), quotaBytes }),
    usage: async (accounts) =>
      new Map(accounts.map((account) => [account, {
        usedBytes: 0, messages: 0, quotaBytes: journals.get(account)?.quotaBytes ?? null, quotaMessages: messageQuotas.get(account) ?? null,
      }])),
    async setOpen(account, open) {
      const journal = journals.get(account)
      if (journal !== undefined) journals.set(account, { ...journal, open })
    },
    removeJournal: async (account) => void journals.delete(account),
  }
}
