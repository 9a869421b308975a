/** The directory as the desk runs it: brands, domains, accounts and their addresses. It writes verifiers and reads none. */
import { accountStates } from '@bulkhead/door/contracts/desk.ts'
import type { DeskDirectory } from '@bulkhead/mail/ports/directory.ts'
import { accountColumn, bytea, int8, only, orNull, row, text, timestamp, word } from '../sql/columns.ts'
import type { Database } from '../sql/database.ts'
import { sql } from '../sql/sql.ts'
import { credentialToStore, stored } from './credentials.ts'

const listMax = 1_000

const added = only(word(['added', 'exists']))
const domainAdded = only(word(['added', 'exists', 'noSuchBrand']))
const domainRemoved = only(word(['removed', 'noSuchDomain', 'notEmpty']))
const addressTaken = only(word(['added', 'exists', 'neverAgain', 'noSuchDomain']))
const aliasRemoved = only(word(['removed', 'noSuchAddress', 'primaryStays']))
const brandRow = row({ brand: text, name: text })
const domainRow = row({ domain: text, brand: text })
const escrowRow = only(orNull(bytea))
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

    setState: (account, state) => database.run(sql`select from ask.set_state(${account}, ${state})`),

    addAlias: (account, domain, address) => database.one(addressTaken, sql`
      select ask.add_alias(${account}, ${domain}, ${stored(address.index)}, ${stored(address.sealed)})`),

    removeAlias: (index) => database.one(aliasRemoved, sql`select ask.remove_alias(${index})`),

    setCredential(account, credential) {
      const { salt, m, t, p, sealed } = credentialToStore(credential)
      return database.run(sql`select from ask.set_credential(${account}, ${salt}, ${m}, ${t}, ${p}, ${sealed})`)
    },

    escrowOf: async (account) => (await database.one(escrowRow, sql`select ask.escrow_of(${account})`)) ?? undefined,
    bury: (account) => database.run(sql`select from ask.bury(${account})`),
  }
}
