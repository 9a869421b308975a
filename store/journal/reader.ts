/** What a mailroom reads of a journal. */
import { assert } from '@bulkhead/base/assert.ts'
import type { MessageId, ModSeq } from '@bulkhead/base/ids.ts'
import { eventsPerLoadMax, messageIndexesMax } from '@bulkhead/mail/journal/store-limits.ts'
import type { FoundBody, JournalReader, Loaded, SealedContentKey, StoredEvent, StoredSegment } from '@bulkhead/mail/ports/journal-store.ts'
import { bytea, int4, int8, messageColumn, modSeqColumn, only, orNull, row, text } from '../sql/columns.ts'
import type { Database } from '../sql/database.ts'
import type { Gathered } from '../sql/gathered.ts'
import { uuidArray } from '../sql/parameters.ts'
import { sql } from '../sql/sql.ts'

/** Kinds of rows that `ask.load` and `ask.events_after` mix. */
const kinds = { account: 0, segment: 1, event: 2, contentKey: 3 } as const

const head = only(orNull(modSeqColumn))
const loadRow = row({
  kind: int4,
  seq: modSeqColumn,
  name: orNull(text),
  keyId: orNull(bytea),
  sealed: orNull(bytea),
  usedBytes: orNull(int8),
  messages: orNull(int8),
  quotaBytes: orNull(int8),
  snapshotSeq: orNull(modSeqColumn),
})
const tailRow = row({ kind: int4, seq: modSeqColumn, keyId: orNull(bytea), sealed: orNull(bytea) })
const indexRow = row({ message: messageColumn, sizeBytes: int8, index: bytea })
const partRow = row({
  message: messageColumn, blob: orNull(text), atByte: orNull(int8), sizeBytes: orNull(int8), sealed: orNull(bytea),
})
const usageRow = row({ usedBytes: int8, messages: int8, quotaBytes: orNull(int8), quotaMessages: orNull(int8) })

interface Sealed {
  readonly seq: ModSeq
  readonly keyId: Buffer | null
  readonly sealed: Buffer | null
}

const bytesOf = (bytes: Buffer | null): Buffer => {
  assert(bytes !== null, 'a sealed row has bytes')
  return bytes
}

const asEvent = ({ seq, sealed }: Sealed): StoredEvent => ({ seq, sealed: bytesOf(sealed) })
const asKey = ({ keyId, sealed }: Sealed): SealedContentKey => ({ keyId: bytesOf(keyId), sealed: bytesOf(sealed) })

const segmentsOf = (rows: readonly (Sealed & { readonly kind: number; readonly name: string | null })[]): readonly StoredSegment[] =>
  rows.filter(({ kind }) => kind === kinds.segment).map(({ name, seq, sealed }) => ({ segment: name ?? '', seq, sealed: bytesOf(sealed) }))

/** Of the rows of one message, in order. */
const bodyOf = (rows: readonly ReturnType<typeof partRow>[]): FoundBody => {
  const [first] = rows
  if (first !== undefined && first.blob !== null) {
    const { blob, atByte, sizeBytes } = first
    return atByte === null || sizeBytes === null ? { in: 'blob', name: blob } : { in: 'pack', blob, offset: atByte, sizeBytes }
  }
  const bytes = rows.flatMap(({ sealed }) => (sealed === null ? [] : [sealed]))
  return { in: 'row', sealed: bytes.length === 1 ? (bytes[0] ?? Buffer.alloc(0)) : Buffer.concat(bytes) }
}

export const journalReader = (database: Database, small: Gathered): JournalReader => ({
  async head(account) {
    const [found] = await small(`head ${account}`, sql`select ask.head(${account})`)
    return (found === undefined ? null : head(found)) ?? (0 as ModSeq)
  },

  async load(account, known = 0 as ModSeq): Promise<Loaded | undefined> {
    const rows = await database.many(loadRow, sql`
      select kind, seq, name, key_id, sealed, used_bytes, messages, quota_bytes, snapshot_seq
        from ask.load(${account}, ${eventsPerLoadMax}, ${known})`)
    const head = rows.find(({ kind }) => kind === kinds.account)
    if (head === undefined) return undefined
    return {
      head: head.seq,
      usedBytes: head.usedBytes ?? 0,
      messages: head.messages ?? 0,
      quotaBytes: head.quotaBytes,
      snapshot: { seq: head.snapshotSeq ?? (0 as ModSeq), segments: segmentsOf(rows) },
      events: rows.filter(({ kind }) => kind === kinds.event).map(asEvent),
      contentKeys: rows.filter(({ kind }) => kind === kinds.contentKey).map(asKey),
    }
  },

  async eventsAfter(account, seq, limit) {
    const rows = await database.many(tailRow, sql`
      select kind, seq, key_id, sealed
        from ask.events_after(${account}, ${seq}, ${limit})`)
    return {
      head: rows.find(({ kind }) => kind === kinds.account)?.seq ?? (0 as ModSeq),
      events: rows.filter(({ kind }) => kind === kinds.event).map(asEvent),
      contentKeys: rows.filter(({ kind }) => kind === kinds.contentKey).map(asKey),
    }
  },

  async messageIndexes(account, messages) {
    assert(messages.length <= messageIndexesMax, 'as many messages at once as agreed')
    if (messages.length === 0) return []
    return database.many(indexRow, sql`
      select message, size_bytes, index
        from ask.message_indexes(${account}, ${uuidArray(messages)})`)
  },

  async bodies(account, messages) {
    assert(messages.length <= messageIndexesMax, 'as many messages at once as agreed')
    if (messages.length === 0) return new Map<MessageId, FoundBody>()
    const rows = await database.many(partRow, sql`
      select message, blob, at_byte, size_bytes, sealed
        from ask.bodies(${account}, ${uuidArray(messages)})`)
    const parts = Map.groupBy(rows, ({ message }) => message)
    return new Map([...parts].map(([message, of]) => [message, bodyOf(of)]))
  },

  usage: (account) => database.maybeOne(usageRow, sql`
    select used_bytes, messages, quota_bytes, quota_messages
      from ask.usage(${account})`),
})
