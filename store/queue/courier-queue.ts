/** The queue as a courier works it off: lease, deliver, settle. */
import type { Claimed, CourierQueue, Fate } from '@bulkhead/mail/ports/queue.ts'
import { bigInt8, bool, bytea, int4, int8, only, orNull, queueColumn, row, text } from '../sql/columns.ts'
import type { Database } from '../sql/database.ts'
import { byteaArray, int8Array, textArray, uuidArray } from '../sql/parameters.ts'
import { sql } from '../sql/sql.ts'

const claimMax = 2_000
const forgottenAtOnceMax = 1_000

const claimedRow = row({
  id: queueColumn,
  lease: bigInt8,
  queuedAtMs: int8,
  sizeBytes: int8,
  envelope: bytea,
  dropped: bool,
  number: int4,
  domain: text,
  sealed: bytea,
  attempts: int4,
  delayTold: bool,
})
const waitingRow = row({ domain: text, urgent: bool })
const counted = only(int8)
const yes = only(bool)
const body = only(orNull(bytea))
const due = only(orNull(int8))

type ClaimedRow = ReturnType<typeof claimedRow>

const asClaimed = (rows: readonly ClaimedRow[]): readonly Claimed[] =>
  [...Map.groupBy(rows, ({ lease }) => lease).values()].flatMap((part) => {
    const [first] = part
    if (first === undefined) return []
    const { id, lease, queuedAtMs, sizeBytes, envelope, dropped } = first
    const recipients = part.map(({ number, domain, sealed, attempts, delayTold }) => ({ number, domain, sealed, attempts, delayTold }))
    return [{ id, lease, queuedAtMs, sizeBytes, envelope, dropped, recipients }]
  })

const oneFate = <F extends Fate['fate']>(fates: readonly Fate[], fate: F): readonly Extract<Fate, { fate: F }>[] =>
  fates.filter((one): one is Extract<Fate, { fate: F }> => one.fate === fate)

const numbers = (fates: readonly Fate[]): Buffer => int8Array(fates.map(({ number }) => number))

export const courierQueue = (database: Database): CourierQueue => ({
  waiting: (after, limit) => database.many(waitingRow, sql`select domain, urgent from ask.waiting(${after}, ${limit})`),

  async claim(wanted, leaseMs) {
    const some = wanted.slice(0, claimMax)
    return asClaimed(await database.many(claimedRow, sql`
      select id, lease, queued_at_ms, size_bytes, envelope, dropped, number, domain, sealed, attempts, delay_told
        from ask.claim(${textArray(some.map(({ domain }) => domain))}, ${int8Array(some.map(({ count }) => count))}, ${leaseMs})`))
  },

  renew: (held, leaseMs) => database.run(sql`
    select from ask.renew(${uuidArray(held.map(({ id }) => id))}, ${int8Array(held.map(({ lease }) => Number(lease)))}, ${leaseMs})`),

  body: async (id) => (await database.one(body, sql`select ask.body(${id})`)) ?? undefined,

  settle(id, lease, fates) {
    const failed = oneFate(fates, 'failed')
    const deferred = oneFate(fates, 'deferred')
    const answered = [...failed, ...deferred]
    return database.one(yes, sql`
      select ask.settle(
        ${id}, ${lease}, ${numbers(oneFate(fates, 'done'))}, ${numbers(failed)}, ${numbers(deferred)},
        ${int8Array(deferred.map(({ nextAttemptAtMs }) => nextAttemptAtMs))},
        ${numbers(deferred.filter(({ delayTold }) => delayTold))},
        ${textArray(answered.map(({ status }) => status))},
        ${byteaArray(answered.map(({ sealedText }) => sealedText))})`)
  },

  nextDueMs: () => database.one(due, sql`select ask.next_due()`),

  forgetBounced: (beforeMs) => database.one(counted, sql`select ask.forget_bounced(${beforeMs}, ${forgottenAtOnceMax})`),
})
