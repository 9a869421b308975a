/** Blobs of an account (RFC 8620 section 6): whole messages, parts of them decoded, and what was uploaded lately. */
import type { MailAccount, BodySource } from '@bulkhead/mail/account/mail-account.ts'
import { scriptsOf } from '@bulkhead/mail/rules/own-rules.ts'
import type { Uploads, UploadRefused } from '@bulkhead/mail/uploads/uploads.ts'
import { blobId, blobName, type BlobName } from '@bulkhead/wire/jmap/ids.ts'
import { transferDecoder } from '@bulkhead/wire/mime/transfer-encoding.ts'

export interface OpenBlob extends AsyncDisposable {
  /** Null where it is not known before the end: a part that is decoded while it is read. */
  readonly sizeBytes: number | null
  /** `message/rfc822` for a message, what the upload said for an upload, else null. */
  readonly type: string | null
  /** From the first byte on, in pieces of at most some 100 KB. Once. */
  chunks(): AsyncIterable<Buffer>
  /** Some of it, where that needs no decoding of all before it. */
  readonly source: BodySource | null
}

export interface BlobWriter {
  write(chunk: Uint8Array): Promise<void>
  /** Durable for at least a day; its id. */
  keep(): Promise<string>
  /** Safe at any time. */
  discard(): Promise<void>
}

export interface BlobService {
  /** Undefined where the account has no such blob: forged, of another account, gone. */
  open(account: MailAccount, blobId: string): Promise<OpenBlob | undefined>
  /** All of it, or why not. */
  read(account: MailAccount, blobId: string, sizeBytesMax: number): Promise<Buffer | 'notFound' | 'tooLarge'>
  /** `type` is a media type. The caller counts: never more than `sizeBytesMax`. */
  create(account: MailAccount, type: string, sizeBytesMax: number): Promise<BlobWriter | UploadRefused>
}

const pieceBytes = 65_536

async function* pieces(source: BodySource, start: number, length: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < length; at += pieceBytes) {
    const piece = await source.read(start + at, Math.min(pieceBytes, length - at))
    if (piece.length === 0) return
    yield piece
  }
}

async function* decoded(encoding: string, encodedPieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const decoder = transferDecoder(encoding)
  for await (const piece of encodedPieces) {
    const plain = decoder.push(piece)
    if (plain.length > 0) yield plain
  }
  const last = decoder.end()
  if (last.length > 0) yield last
}

const whole = (source: BodySource, type: string | null): OpenBlob => ({
  sizeBytes: source.sizeBytes,
  type,
  chunks: () => pieces(source, 0, source.sizeBytes),
  source,
  [Symbol.asyncDispose]: () => source[Symbol.asyncDispose](),
})

const part = ({ start, length, encoding }: Extract<BlobName, { is: 'part' }>, source: BodySource): OpenBlob => ({
  sizeBytes: encoding === 'identity' ? length : null,
  type: null,
  chunks: () => decoded(encoding, pieces(source, start, length)),
  source: null,
  [Symbol.asyncDispose]: () => source[Symbol.asyncDispose](),
})

/** RFC 9661 section 2: the content of a script, while it is as it was when its blob was named. */
const scriptBlob = (account: MailAccount, { id, seq }: Extract<BlobName, { is: 'script' }>): OpenBlob | undefined => {
  const state = account.state()
  const script = scriptsOf(state).find((one) => one.id === id)
  if (script === undefined || state.objects('script').get(id)?.seq !== seq) return undefined
  const bytes = Buffer.from(script.text, 'utf8')
  return whole({
    sizeBytes: bytes.length,
    read: async (offset, length) => bytes.subarray(offset, offset + length),
    [Symbol.asyncDispose]: async () => undefined,
  }, 'application/sieve')
}

const opened = async (uploads: Uploads, account: MailAccount, id: string): Promise<OpenBlob | undefined> => {
  const name = blobName(id)
  if (name === undefined) return undefined
  if (name.is === 'upload') {
    const found = await uploads.open(account, name.token)
    return found === undefined ? undefined : whole(found.body, found.type)
  }
  if (name.is === 'script') return scriptBlob(account, name)
  const source = await account.body(name.message)
  if (source === undefined) return undefined
  if (name.is === 'message') return whole(source, 'message/rfc822')
  if (name.start + name.length <= source.sizeBytes) return part(name, source)
  await source[Symbol.asyncDispose]()
  return undefined
}

export const blobService = (uploads: Uploads): BlobService => ({
  open: (account, id) => opened(uploads, account, id),

  async read(account, id, sizeBytesMax) {
    await using blob = await opened(uploads, account, id)
    if (blob === undefined) return 'notFound'
    if ((blob.sizeBytes ?? 0) > sizeBytesMax) return 'tooLarge'
    const read: Buffer[] = []
    let sizeBytes = 0
    for await (const chunk of blob.chunks()) {
      sizeBytes += chunk.length
      if (sizeBytes > sizeBytesMax) return 'tooLarge'
      read.push(chunk)
    }
    return Buffer.concat(read, sizeBytes)
  },

  async create(account, type, sizeBytesMax) {
    const upload = await uploads.create(account, type, sizeBytesMax)
    if ('is' in upload) return upload
    const { write, discard } = upload
    return { write, discard, keep: async () => blobId({ is: 'upload', token: await upload.keep() }) }
  },
})
