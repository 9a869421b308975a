/** The queue as a courier works it off: lease, deliver, settle. */
import type { Claimed, CourierQueue, Fate } from '@bulkhead/mail/ports/queue.ts'
import { bigInt8, bool, bytea, int4, int8, only, orNull, queueColumn, row, text } from '../sql/columns.ts'
import type { Database } from '../sql/database.ts'
import { byteaArray, int8Array, textArray, uuidArray } from '../sql/parameters.ts'
import { sql } from '../sql/sql.ts'

const claimMax = 200

const claimedRow = row({
  id: queueColumn,
  lease: bigInt8,
  queuedAtMs: int8,
  sizeBytes: int8,
  envelope: bytea,
  number: int4,
  domain: text,
  sealed: bytea,
  attempts: int4,
})
const yes = only(bool)
const body = only(orNull(bytea))
const due = only(orNull(int8))

type ClaimedRow = ReturnType<typeof claimedRow>

const asClaimed = (rows: readonly ClaimedRow[]): readonly Claimed[] =>
  [...Map.groupBy(rows, ({ lease }) => lease).values()].flatMap((part) => {
    const [first] = part
    if (first === undefined) return []
    const { id, lease, queuedAtMs, sizeBytes, envelope } = first
    const recipients = part.map(({ number, domain, sealed, attempts }) => ({ number, domain, sealed, attempts }))
    return [{ id, lease, queuedAtMs, sizeBytes, envelope, recipients }]
  })

type Deferred = Extract<Fate, { fate: 'deferred' }>
const isDeferred = (fate: Fate): fate is Deferred => fate.fate === 'deferred'

export const courierQueue = (database: Database): CourierQueue => ({
  async claim(limit, leaseMs) {
    return asClaimed(await database.many(claimedRow, sql`
      select id, lease, queued_at_ms, size_bytes, envelope, number, domain, sealed, attempts
        from ask.claim(${Math.min(limit, claimMax)}, ${leaseMs})`))
  },

  renew: (held, leaseMs) => database.run(sql`
    select from ask.renew(${uuidArray(held.map(({ id }) => id))}, ${int8Array(held.map(({ lease }) => Number(lease)))}, ${leaseMs})`),

  body: async (id) => (await database.one(body, sql`select ask.body(${id})`)) ?? undefined,

  settle(id, lease, fates) {
    const deferred = fates.filter(isDeferred)
    const done = fates.filter(({ fate }) => fate === 'done')
    return database.one(yes, sql`
      select ask.settle(
        ${id}, ${lease}, ${int8Array(done.map(({ number }) => number))},
        ${int8Array(deferred.map(({ number }) => number))},
        ${int8Array(deferred.map(({ nextAttemptAtMs }) => nextAttemptAtMs))},
        ${textArray(deferred.map(({ status }) => status))},
        ${byteaArray(deferred.map(({ sealedText }) => sealedText))})`)
  },

  nextDueMs: () => database.one(due, sql`select ask.next_due()`),
})
