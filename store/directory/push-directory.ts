/** Push subscriptions in the directory. */
import {
  failingDays, gatherMs, leaseMs, pushesMax, restMs, type News, type OwedType, type PushDebts, type PushDirectory, type PushQueue,
} from '@bulkhead/mail/ports/pushes.ts'
import { accountColumn, bool, bytea, int4, int8, modSeqColumn, only, orNull, row, text } from '../sql/columns.ts'
import type { Database } from '../sql/database.ts'
import { int8Array, textArray, uuidArray } from '../sql/parameters.ts'
import { sql } from '../sql/sql.ts'

const yes = only(bool)
const count = only(int8)
const dueRow = row({ account: accountColumn, id: text, sealed: bytea, types: text, head: modSeqColumn, tries: int4 })

const typesOf = (types: readonly string[] | null): Buffer | null => (types === null ? null : textArray(types))

const debts = (database: Database): PushDebts => ({
  owe(news: readonly News[]) {
    const accounts = uuidArray(news.map(({ account }) => account))
    const heads = int8Array(news.map(({ head }) => head))
    const types = textArray(news.map((one) => [...one.types].join(' ')))
    return database.one(count, sql`select ask.owe_pushes(${accounts}, ${heads}, ${types}, ${gatherMs}, ${restMs})`)
  },
})

export const pushDirectory = (database: Database): PushDirectory => ({
  ...debts(database),
  add: ({ account, id, device, sealed, types, expiresAtMs }) =>
    database.one(yes, sql`select ask.add_push(${account}, ${id}, ${device}, ${sealed}, ${typesOf(types)}, ${expiresAtMs}, ${pushesMax})`),
  change: (account, id, { verified, types, expiresAtMs }) =>
    database.one(yes, sql`select ask.change_push(${account}, ${id}, ${verified}, ${typesOf(types)}, ${expiresAtMs})`),
  remove: (account, id) => database.run(sql`select from ask.remove_push(${account}, ${id})`),
  idsOf: async (account) => new Set(await database.many(only(text), sql`select id from ask.pushes_of(${account})`)),
})

export const pushQueue = (database: Database): PushQueue => ({
  ...debts(database),
  async claim(max) {
    const due = await database.many(dueRow, sql`
      select account, id, sealed, types, head, tries
        from ask.claim_pushes(${max}, ${leaseMs})`)
    return due.map(({ types, ...one }) => ({ ...one, types: types.split(' ').filter((type) => type !== '') as OwedType[] }))
  },
  settle: ({ account, id, tries }, settlement) => {
    const againMs = settlement.is === 'later' ? settlement.againMs : null
    return database.run(sql`select from ask.settle_push(${account}, ${id}, ${tries}, ${settlement.is}, ${againMs}, ${restMs}, ${failingDays})`)
  },
  nextMs: () => database.one(only(orNull(int8)), sql`select ask.next_push()`),
  prune: () => database.one(count, sql`select ask.prune_pushes()`),
})
