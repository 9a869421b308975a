/**
 * Packs of an account, as the store keeps them: index packs (`mail/packs/index-pack.ts`) as sealed segments, body packs
 * as blobs with a place for each body in them. Packs are immutable; the first writer wins, whoever comes second is told.
 */
import type { AccountHandle, MessageId } from '@bulkhead/base/ids.ts'

/** A pack holds index records of messages from `first` to `last`, in the order of their ids; no two packs overlap. */
export interface IndexPackLine {
  /** A UUID. */
  readonly pack: string
  readonly first: MessageId
  readonly last: MessageId
  readonly messages: number
}

/** A sheet holds the digests of messages from `first` to `last` (`mail/packs/sheet.ts`); no two sheets overlap. */
export interface SheetLine {
  /** A UUID. */
  readonly sheet: string
  readonly first: MessageId
  readonly last: MessageId
  readonly messages: number
  /** Of its strips together, before they are sealed. */
  readonly sizeBytes: number
}

export interface SheetStrip {
  readonly sheet: string
  /** Its place among those that were stored with the sheet. */
  readonly strip: number
  readonly sealed: Uint8Array
}

export interface PackSegment {
  readonly name: string
  readonly sealed: Uint8Array
}

/** Where a sealed body lies in a blob of many. */
export interface BodyPlace {
  readonly message: MessageId
  readonly blob: string
  readonly offset: number
  readonly sizeBytes: number
}

/** A body that was written into a new pack; `from` is the pack it lay in before, null where it lay in its row. */
export interface PackedBody {
  readonly message: MessageId
  readonly from: string | null
  readonly offset: number
  readonly sizeBytes: number
}

export interface PackStore {
  /** Ascending. */
  indexPacks(account: AccountHandle): Promise<readonly IndexPackLine[]>
  /** Missing ones are left out; all are where the pack was replaced. */
  packSegments(account: AccountHandle, pack: string, names: readonly string[]): Promise<readonly PackSegment[]>
  /** False, and nothing changed, where it would overlap another pack, or the one it `replaces` is gone. One of no messages only removes. */
  addIndexPack(account: AccountHandle, line: IndexPackLine, segments: readonly PackSegment[], replaces: string | null): Promise<boolean>
  /** Ascending. */
  sheets(account: AccountHandle): Promise<readonly SheetLine[]>
  /** These strips of each of these sheets; of a sheet that was replaced none. */
  sheetStrips(account: AccountHandle, sheets: readonly string[], strips: readonly number[]): Promise<readonly SheetStrip[]>
  /** False, and nothing changed, where it would overlap another sheet, or one that it `replaces` is gone. One of no messages only removes. */
  addSheet(account: AccountHandle, line: SheetLine, sealed: readonly Uint8Array[], replaces: readonly string[]): Promise<boolean>
  /** Sealed bodies that lie in rows, at most `bytesMax` of them, in the order of their ids. */
  unpackedBodies(account: AccountHandle, bytesMax: number): Promise<readonly { readonly message: MessageId; readonly sealed: Uint8Array }[]>
  /** All bodies that lie in this blob; none where it is no pack, or no longer. */
  placesIn(account: AccountHandle, blob: string): Promise<readonly BodyPlace[]>
  /** Bodies in packs that are mostly dead, at most `bytesMax` together. */
  wastedPlaces(account: AccountHandle, bytesMax: number): Promise<readonly BodyPlace[]>
  /** This blob is about to become durable for these accounts. Where no message or pack names it an hour from now, it is garbage, and nothing may name it any more. */
  doomBlob(accounts: readonly AccountHandle[], blob: string): Promise<void>
  /** The blob was doomed and is durable now: these bodies lie there now, unless they went or moved meanwhile. Blobs nobody needs any more are removed. */
  placeBodies(account: AccountHandle, blob: string, sizeBytes: number, bodies: readonly PackedBody[]): Promise<void>
  /** Removes garbage of any account, so much at most as one question finds; gives how much went. */
  sweepBlobs(): Promise<number>
}
