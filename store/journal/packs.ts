/** Packs on PostgreSQL: index packs as sealed segments in a table, body packs as blobs with a table of places. */
import type { AccountHandle, MessageId } from '@bulkhead/base/ids.ts'
import type { BlobStore } from '@bulkhead/mail/ports/blob-store.ts'
import type { PackStore } from '@bulkhead/mail/ports/pack-store.ts'
import { accountColumn, bool, bytea, int8, messageColumn, only, orNull, row, text, uuid } from '../sql/columns.ts'
import type { Database } from '../sql/database.ts'
import { byteaArray, int8Array, textArray, uuidArray } from '../sql/parameters.ts'
import { sql } from '../sql/sql.ts'

const lineRow = row({ pack: uuid, first: messageColumn, last: messageColumn, messages: int8 })
const segmentRow = row({ name: text, sealed: bytea })
const sheetRow = row({ sheet: uuid, first: messageColumn, last: messageColumn, messages: int8, sizeBytes: int8 })
const stripRow = row({ sheet: uuid, strip: int8, sealed: bytea })
const partRow = row({ message: messageColumn, sealed: orNull(bytea) })
const placeRow = row({ message: messageColumn, blob: text, offset: int8, sizeBytes: int8 })
const neighbourRow = row({ message: messageColumn, offset: int8, sizeBytes: int8 })
const blobName = only(text)
const garbageRow = row({ account: accountColumn, blob: text })
const answer = only(bool)

/** Blobs removed in one sweep. */
const sweptMax = 100

export interface Garbage {
  readonly account: AccountHandle
  readonly blob: string
}

/** Of blobs that no row names any more. Should we die on the way, they are condemned and the next sweep goes on. */
export const removeBlobs = async (database: Database, blobs: BlobStore, garbage: readonly Garbage[]): Promise<void> => {
  if (garbage.length === 0) return
  for (const { account, blob } of garbage) await blobs.remove(account, blob)
  await database.run(sql`
    select from ask.blobs_removed(${uuidArray(garbage.map(({ account }) => account))}, ${textArray(garbage.map(({ blob }) => blob))})`)
}

export const packStore = (database: Database, blobs: BlobStore): PackStore => ({
  indexPacks: (account) => database.many(lineRow, sql`
    select pack, first_message, last_message, messages
      from ask.index_packs(${account})`),

  packSegments: (account, pack, names) => database.many(segmentRow, sql`
    select name, sealed
      from ask.index_segments(${account}, ${pack}, ${textArray(names)})`),

  addIndexPack: (account, { pack, first, last, messages }, segments, replaces) => database.one(answer, sql`
    select ask.add_index_pack(
      ${account}, ${pack}, ${first}, ${last}, ${messages}, ${textArray(segments.map(({ name }) => name))},
      ${byteaArray(segments.map(({ sealed }) => sealed))}, ${replaces})`),

  sheets: (account) => database.many(sheetRow, sql`
    select sheet, first_message, last_message, messages, size_bytes
      from ask.sheets(${account})`),

  sheetStrips: (account, sheets, strips) => database.many(stripRow, sql`
    select sheet, strip, sealed
      from ask.sheet_strips(${account}, ${uuidArray(sheets)}, ${int8Array(strips)})`),

  addSheet: (account, { sheet, first, last, messages, sizeBytes }, sealed, replaces) => database.one(answer, sql`
    select ask.add_sheet(
      ${account}, ${sheet}, ${first}, ${last}, ${messages}, ${sizeBytes}, ${byteaArray(sealed)}, ${uuidArray(replaces)})`),

  async unpackedBodies(account, bytesMax) {
    const parts = await database.many(partRow, sql`
      select message, sealed
        from ask.unpacked_bodies(${account}, ${bytesMax})`)
    const bodies = new Map<MessageId, Buffer[]>()
    for (const { message, sealed } of parts) {
      const known = bodies.get(message)
      if (sealed === null) bodies.delete(message)
      else if (known === undefined) bodies.set(message, [sealed])
      else known.push(sealed)
    }
    return [...bodies].map(([message, sealed]) => ({ message, sealed: Buffer.concat(sealed) }))
  },

  async placesIn(account, blob) {
    const places = await database.many(neighbourRow, sql`
      select message, at_byte, size_bytes
        from ask.places_in(${account}, ${blob})`)
    return places.map((place) => ({ ...place, blob }))
  },

  wastedPlaces: (account, bytesMax) => database.many(placeRow, sql`
    select message, blob, at_byte, size_bytes
      from ask.wasted_places(${account}, ${bytesMax})`),

  async placeBodies(account, blob, sizeBytes, bodies) {
    const orphans = await database.many(blobName, sql`
      select blob
        from ask.place_bodies(
          ${account}, ${blob}, ${sizeBytes}, ${uuidArray(bodies.map(({ message }) => message))},
          ${textArray(bodies.map(({ from }) => from))}, ${int8Array(bodies.map(({ offset }) => offset))},
          ${int8Array(bodies.map((body) => body.sizeBytes))})`)
    await removeBlobs(database, blobs, orphans.map((orphan) => ({ account, blob: orphan })))
  },

  doomBlob: (accounts, blob) => database.run(sql`select from ask.doom_blob(${uuidArray(accounts)}, ${blob})`),

  async sweepBlobs() {
    const condemned = await database.many(garbageRow, sql`
      select account, blob
        from ask.condemned_blobs(${sweptMax})`)
    await removeBlobs(database, blobs, condemned)
    return condemned.length
  },
})
