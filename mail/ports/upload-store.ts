/**
 * Sealed bytes of uploads that belong to no message yet, kept by the day they came, so that a day goes as a whole. Days count from the
 * epoch, in UTC.
 */
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { BlobStore } from './blob-store.ts'

export interface LyingUpload {
  readonly day: number
  readonly name: string
  /** As it lies there, sealed. */
  readonly sizeBytes: number
  readonly atMs: number
}

export interface UploadStore {
  of(day: number): BlobStore
  /** Removes every day before this one. */
  removeBefore(day: number): Promise<void>
  /** What was kept for an account, in any order. */
  lying(account: AccountHandle): Promise<readonly LyingUpload[]>
  /** Of all accounts, what is being written among it. */
  bytesLying(): Promise<number>
  /** Removes whatever came before, of all accounts. */
  removeOlder(beforeMs: number): Promise<void>
  /** Free for us where uploads lie. */
  freeBytes(): Promise<number>
}
