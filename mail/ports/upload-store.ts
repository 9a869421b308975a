/**
 * Sealed bytes of uploads that belong to no message yet, kept by the day they came, so that a day goes as a whole. Days count from the
 * epoch, in UTC.
 */
import type { BlobStore } from './blob-store.ts'

export interface UploadStore {
  of(day: number): BlobStore
  /** Removes every day before this one. */
  removeBefore(day: number): Promise<void>
}
