/**
 * Sealed bytes too large for a row, by opaque name, immutable. A directory by default (`store/blobs`).
 * A name is durable (file and directory synced) when `keep` resolves.
 */
import type { AccountHandle } from '@bulkhead/base/ids.ts'

export interface BlobWriter {
  /** What it will be called once it is kept. */
  readonly name: string
  write(chunk: Uint8Array): Promise<void>
  /** Makes it durable for each of these accounts, which share the bytes; gives its name. */
  keep(accounts: readonly AccountHandle[]): Promise<string>
  /** Throws it away. Safe after a failure. */
  discard(): Promise<void>
}

export interface BlobReader {
  /** Bytes from `offset`, at most `length`; fewer only at the end. They may lie in `into`, where that has room. */
  read(offset: number, length: number, into?: Buffer): Promise<Buffer>
  readonly sizeBytes: number
  [Symbol.asyncDispose](): Promise<void>
}

export interface BlobStore {
  create(): Promise<BlobWriter>
  /** Undefined where the account has no such blob. */
  open(account: AccountHandle, name: string): Promise<BlobReader | undefined>
  remove(account: AccountHandle, name: string): Promise<void>
  /** Everything of an account, after it was destroyed. */
  removeAll(account: AccountHandle): Promise<void>
}
