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
  /** Sealed bodies that lie in rows, at most `bytesMax` of them, in the order of their ids. */
  unpackedBodies(account: AccountHandle, bytesMax: number): Promise<readonly { readonly message: MessageId; readonly sealed: Uint8Array }[]>
  /** All bodies that lie in this blob; none where it is no pack, or no longer. */
  placesIn(account: AccountHandle, blob: string): Promise<readonly BodyPlace[]>
  /** Bodies in packs that are mostly dead, at most `bytesMax` together. */
  wastedPlaces(account: AccountHandle, bytesMax: number): Promise<readonly BodyPlace[]>
  /** This blob is about to be written. If nothing lies in it an hour from now, it is garbage. */
  doomBlob(account: AccountHandle, blob: string): Promise<void>
  /** The blob was doomed and is durable now: these bodies lie there now, unless they went or moved meanwhile. Blobs nobody needs any more are removed. */
  placeBodies(account: AccountHandle, blob: string, sizeBytes: number, bodies: readonly PackedBody[]): Promise<void>
  /** Removes blobs that writers who died left behind. */
  sweepBlobs(account: AccountHandle): Promise<void>
}
