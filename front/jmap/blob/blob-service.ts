/** Blobs of an account (RFC 8620 section 6): whole messages, parts of them decoded, and what was uploaded lately. */
import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import type { Refused } from '@bulkhead/mail/refusal.ts'

export interface OpenBlob extends AsyncDisposable {
  /** Null where it is not known before the end: a part that is decoded while it is read. */
  readonly sizeBytes: number | null
  /** `message/rfc822` for a message, what the upload said for an upload, else null. */
  readonly type: string | null
  /** From the first byte on, in pieces of at most some 100 KB. Once. */
  chunks(): AsyncIterable<Buffer>
}

export interface BlobWriter {
  write(chunk: Uint8Array): Promise<void>
  /** Durable for at least an hour; its id. */
  keep(): Promise<string>
  /** Safe at any time. */
  discard(): Promise<void>
}

export interface BlobService {
  /** Undefined where the account has no such blob: forged, of another account, gone. */
  open(account: MailAccount, blobId: string): Promise<OpenBlob | undefined>
  /** All of it, or why not. */
  read(account: MailAccount, blobId: string, sizeBytesMax: number): Promise<Buffer | 'notFound' | 'tooLarge'>
  /** `type` is a media type. */
  create(account: MailAccount, type: string, sizeBytesMax: number): Promise<BlobWriter | Refused<'overQuota'>>
}
