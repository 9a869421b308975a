/** The directory as the desk runs it: brands, domains, accounts and their addresses. It writes verifiers and reads none. */
import { accountStates } from '@bulkhead/door/contracts/desk.ts'
import { accountEntriesMax, ispEntriesMax } from '@bulkhead/mail/filtering/entries.ts'
import { choicesOf } from '@bulkhead/mail/filtering/settings.ts'
import type { DeskDirectory } from '@bulkhead/mail/ports/directory.ts'
import { accountColumn, bool, bytea, int8, only, orNull, row, text, timestamp, uuid, word } from '../sql/columns.ts'
import type { Database } from '../sql/database.ts'
import { uuidArray } from '../sql/parameters.ts'
import { sql } from '../sql/sql.ts'
import { credentialToStore, stored } from './credentials.ts'
import { filterBook } from './recipient-directory.ts'

const listMax = 1_000

const added = only(word(['added', 'exists']))
const domainAdded = only(word(['added', 'exists', 'noSuchBrand']))
const domainRemoved = only(word(['removed', 'noSuchDomain', 'notEmpty']))
const addressTaken = only(word(['added', 'exists', 'neverAgain', 'noSuchDomain']))
const aliasRemoved = only(word(['removed', 'noSuchAddress', 'primaryStays']))
const settingSet = only(word(['set', 'noSuchBrand']))
const entryAdded = only(word(['added', 'exists', 'tooMany']))
const entryRemoved = only(word(['removed', 'noSuchEntry']))
const filterRow = row({ brand: text, choices: orNull(text), allowed: int8, denied: int8 })
const standingOfRules = row({ hasRules: bool, isOff: bool })
const decisionRow = row({ at: timestamp, what: text, value: orNull(text), caller: text })
const brandRow = row({ brand: text, name: text })
const domainRow = row({ domain: text, brand: text })
const escrowRow = only(orNull(bytea))
const lookRow = only(orNull(text))
const publicKeyRow = row({ account: accountColumn, publicKey: bytea })
const owedRow = row({
  id: uuid, account: accountColumn, state: word(accountStates), brand: text, language: word(['ja', 'en']), browser: text, happenedMs: int8,
})
const lineRow = row({
  account: accountColumn,
  state: word(accountStates),
  brand: text,
  createdAt: timestamp,
  lastLoginAt: orNull(timestamp),
  aliases: int8,
  sealedAddress: bytea,
})

export const deskDirectory = (database: Database): DeskDirectory => {
  const domains = () => database.many(domainRow, sql`select domain, brand from ask.domains()`)
  return {
    addBrand: (brand, name) => database.one(added, sql`select ask.add_brand(${brand}, ${name})`),

    async brands() {
      const [brands, all] = await Promise.all([database.many(brandRow, sql`select brand, name from ask.brands()`), domains()])
      const of = Map.groupBy(all, ({ brand }) => brand)
      return brands.map((brand) => ({ ...brand, domains: (of.get(brand.brand) ?? []).map(({ domain }) => domain) }))
    },

    addDomain: (domain, brand) => database.one(domainAdded, sql`select ask.add_domain(${domain}, ${brand})`),
    removeDomain: (domain) => database.one(domainRemoved, sql`select ask.remove_domain(${domain})`),
    domains,

    addAccount({ account, brand, publicKey, credential, address, escrow }, domain) {
      const { salt, m, t, p, sealed } = credentialToStore(credential)
      return database.one(addressTaken, sql`
        select ask.add_account(
          ${account}, ${brand}, ${publicKey}, ${escrow}, ${salt}, ${m}, ${t}, ${p}, ${sealed},
          ${domain}, ${stored(address.index)}, ${stored(address.sealed)})`)
    },

    find: (index) => database.maybeOne(lineRow, sql`
      select account, state, brand, created_at, last_login_at, aliases, address
        from ask.find(${index})`),

    list: (after, limit) => database.many(lineRow, sql`
      select account, state, brand, created_at, last_login_at, aliases, address
        from ask.list(${after}, ${Math.min(limit, listMax)})`),

    publicKeys: async (accounts) => {
      const rows = await database.many(publicKeyRow, sql`select account, public_key from ask.public_keys(${uuidArray(accounts.slice(0, listMax))})`)
      return new Map(rows.map(({ account, publicKey }) => [account, publicKey]))
    },

    setState: (account, state) => database.run(sql`select from ask.set_state(${account}, ${state})`),

    addAlias: (account, domain, address) => database.one(addressTaken, sql`
      select ask.add_alias(${account}, ${domain}, ${stored(address.index)}, ${stored(address.sealed)})`),

    removeAlias: (index) => database.one(aliasRemoved, sql`select ask.remove_alias(${index})`),

    setCredential(account, credential) {
      const { salt, m, t, p, sealed } = credentialToStore(credential)
      return database.run(sql`select from ask.set_credential(${account}, ${salt}, ${m}, ${t}, ${p}, ${sealed})`)
    },

    claimOwedNotices: (limit, leaseMs) => database.many(owedRow, sql`
      select id, account, state, brand, language, browser, happened_ms
        from ask.claim_owed_notices(${limit}, ${leaseMs})`),
    settleOwedNotice: (id) => database.run(sql`select from ask.settle_owed_notice(${id})`),

    setBrandLook: (brand, look) => database.one(settingSet, sql`select ask.set_brand_look(${brand}, ${look})`),
    brandLook: (brand) => database.one(lookRow, sql`select ask.brand_look(${brand})`),

    signOut: (of) => database.run('account' in of
      ? sql`select from ask.sign_out_account(${of.account})`
      : sql`select from ask.sign_out_all(${of.brand})`),

    escrowOf: async (account) => (await database.one(escrowRow, sql`select ask.escrow_of(${account})`)) ?? undefined,

    filterBook: () => filterBook(database),
    setFilterSetting: (scope, key, value, caller) => database.one(settingSet, sql`
      select ask.set_filter_setting(${scope}, ${key}, ${value}, ${caller})`),
    rulesStanding: (account) => database.one(standingOfRules, sql`select has_rules, is_off from ask.rules_standing(${account})`),
    switchRules: (account, off) => database.run(sql`select from ask.switch_rules(${account}, ${off})`),

    async filterOf(account) {
      const found = await database.maybeOne(filterRow, sql`select brand, choices, allowed, denied from ask.filter_of(${account})`)
      return found === undefined ? undefined : { ...found, choices: choicesOf(JSON.parse(found.choices ?? '{}')) }
    },
    setFilterChoice: (account, stage, choice, caller) => database.run(sql`
      select from ask.set_filter_choice(${account}, ${stage}, ${choice}, ${caller})`),
    filterDecisions: (account, limit) => database.many(decisionRow, sql`
      select at, what, value, caller from ask.filter_decisions(${account}, ${Math.min(limit, listMax)})`),
    addFilterEntry: (account, list, entry, caller) => database.one(entryAdded, sql`
      select ask.add_filter_entry(${account}, ${list}, ${entry}, ${account === null ? ispEntriesMax : accountEntriesMax}, ${caller})`),
    removeFilterEntry: (account, list, entry, caller) => database.one(entryRemoved, sql`
      select ask.remove_filter_entry(${account}, ${list}, ${entry}, ${caller})`),
    bury: (account) => database.run(sql`select from ask.bury(${account})`),
  }
}
