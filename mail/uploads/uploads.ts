/**
 * Bytes that a client uploads before a message or a script needs them (RFC 8620 section 6.1). They are sealed as they come, each under a
 * key of its own; the key lies in the upload's token, which only a session of the account can make and open. Nothing is kept of them but
 * sealed bytes, any mailroom of the cell can read them, and a token of another account opens nothing. They live for a day at least, where
 * neither the account (`account-room.ts`) nor the cell (`cell-room.ts`) has too many.
 */
import { assert } from '@bulkhead/base/assert.ts'
import { view } from '@bulkhead/base/bytes.ts'
import type { Clock } from '@bulkhead/base/clock.ts'
import { uuidBytes, uuidFromBytes, type AccountHandle } from '@bulkhead/base/ids.ts'
import { secret, wipe } from '@bulkhead/base/secret.ts'
import type { Sealing } from '@bulkhead/seal/sealing.ts'
import { bodySource, sealedBlob } from '../account/body-source.ts'
import { chunkSealer } from '../account/incoming.ts'
import type { BodySource, MailAccount } from '../account/mail-account.ts'
import type { BlobWriter } from '../ports/blob-store.ts'
import type { UploadStore } from '../ports/upload-store.ts'
import { accountRoom, accountRoomMax, allowance, sealedSize, type AccountRoomMax } from './account-room.ts'
import type { CellRoom } from './cell-room.ts'

const dayMs = 86_400_000
const keyBytes = 32
const nameAt = keyBytes + 4
const typeAt = nameAt + 16
/** What fits into a blob id of 255 characters with the rest. */
export const typeLengthMax = 90
const tokenUse = 'upload'
/** Bytes of an account in an hour, as this mailroom sees it. */
export const uploadBytesPerHourMax = 2 * 1024 * 1024 * 1024
const hourMs = 3_600_000
/** Accounts whose uploads are counted; beyond it the oldest count is forgotten. */
const countedMax = 50_000

export interface Upload {
  /** The caller counts: never more than `sizeBytesMax`. */
  write(chunk: Uint8Array): Promise<void>
  /** Durable; its token. */
  keep(): Promise<string>
  /** Safe at any time. */
  discard(): Promise<void>
}

export interface Uploaded {
  readonly type: string
  readonly body: BodySource
}

/** `lately`: the account in this hour; `atOnce`: what it is uploading now; `cellFull`: everybody together. */
export interface UploadRefused {
  readonly is: 'refused'
  readonly why: 'lately' | 'atOnce' | 'cellFull'
}

export interface Uploads {
  create(account: MailAccount, type: string, sizeBytesMax: number): Promise<Upload | UploadRefused>
  /** Undefined where the token is not the account's, or the bytes are gone. */
  open(account: MailAccount, token: string): Promise<Uploaded | undefined>
}

interface UploadPorts {
  readonly store: UploadStore
  readonly sealing: Sealing
  readonly clock: Clock
  readonly room: CellRoom
  /** Of a single upload. */
  readonly largestBytes: number
  /** `uploadBytesPerHourMax` but for tests. */
  readonly bytesPerHourMax?: number
  /** `accountRoomMax` but for tests. */
  readonly accountMax?: AccountRoomMax
}

/** How much each account uploaded in the hour that runs. */
const hourlyCount = (clock: Clock, bytesMax: number) => {
  const counts = new Map<AccountHandle, { readonly sinceMs: number; bytes: number }>()
  const of = (account: AccountHandle): { bytes: number } => {
    const nowMs = clock.now()
    const present = counts.get(account)
    const count = present !== undefined && nowMs - present.sinceMs < hourMs ? present : { sinceMs: nowMs, bytes: 0 }
    counts.delete(account)
    const [oldest] = counts.keys()
    if (counts.size >= countedMax && oldest !== undefined) counts.delete(oldest)
    counts.set(account, count)
    return count
  }
  return {
    isFull: (account: AccountHandle): boolean => of(account).bytes >= bytesMax,
    add(account: AccountHandle, bytes: number): void {
      of(account).bytes += bytes
    },
  }
}

const encodedToken = (key: Uint8Array, day: number, name: string, type: string): Buffer => {
  const head = Buffer.alloc(typeAt)
  head.set(key)
  head.writeUInt32BE(day, keyBytes)
  head.set(uuidBytes(name), nameAt)
  return Buffer.concat([head, Buffer.from(type, 'latin1')])
}

const refuse = (why: UploadRefused['why']): UploadRefused => ({ is: 'refused', why })

export const uploads = (ports: UploadPorts): Uploads => {
  const { store, sealing, clock, room, largestBytes, bytesPerHourMax = uploadBytesPerHourMax, accountMax = accountRoomMax } = ports
  const count = hourlyCount(clock, bytesPerHourMax)
  const own = accountRoom(store, accountMax.uploads)

  /** A writer with room for so many sealed bytes, which is given back when the writer is done with, whatever comes of it. */
  const begin = async (account: MailAccount, day: number, bytes: number): Promise<BlobWriter | UploadRefused> => {
    const { quotaBytes } = await account.usage()
    if (!(await own.take(account.account, bytes, allowance(quotaBytes, largestBytes, accountMax.bytes)))) return refuse('atOnce')
    let taken = false
    try {
      taken = await room.take(bytes)
      if (taken) return await store.of(day).create()
    } catch (fault) {
      own.give(account.account, bytes)
      if (taken) room.settle(bytes, false)
      throw fault
    }
    own.give(account.account, bytes)
    return refuse('cellFull')
  }

  return {
    async create(account, type, sizeBytesMax) {
      if (count.isFull(account.account)) return refuse('lately')
      const day = Math.floor(clock.now() / dayMs)
      const bytes = sealedSize(sizeBytesMax)
      const writer = await begin(account, day, bytes)
      if ('is' in writer) return writer
      const key = sealing.newMessageKey()
      const sealer = chunkSealer(sealing, key, Math.max(1, sizeBytesMax), (sealed) => writer.write(sealed))
      let open = true
      /** Not before the bytes have gone: what is given back may be taken at once. */
      const giveBack = (kept: boolean): void => {
        own.give(account.account, bytes)
        room.settle(bytes, kept)
      }
      const discard = async (): Promise<void> => {
        if (!open) return
        open = false
        wipe(key.declassify())
        await writer.discard().finally(() => giveBack(false))
      }
      return {
        async write(chunk) {
          await sealer.push(view(chunk))
          count.add(account.account, chunk.length)
        },
        async keep() {
          assert(open, 'an upload is kept once')
          await sealer.end()
          const name = await writer.keep([account.account])
          const plain = encodedToken(key.declassify(), day, name, type.length > typeLengthMax ? 'application/octet-stream' : type)
          open = false
          giveBack(true)
          wipe(key.declassify())
          const token = account.sealToken(tokenUse, plain).toString('base64url')
          wipe(plain)
          return token
        },
        discard,
      }
    },

    async open(account, token) {
      const sealed = Buffer.from(token, 'base64url')
      if (sealed.toString('base64url') !== token) return undefined
      const plain = account.openToken(tokenUse, sealed)
      if (plain === undefined || plain.length < typeAt) return undefined
      const day = plain.readUInt32BE(keyBytes)
      const blob = await store.of(day).open(account.account, uuidFromBytes(plain.subarray(nameAt, typeAt)))
      const key = secret(Buffer.from(plain.subarray(0, keyBytes)))
      const type = plain.subarray(typeAt).toString('latin1')
      wipe(plain)
      if (blob === undefined) return undefined
      try {
        return { type, body: bodySource(sealing, key, sealedBlob(blob)) }
      } catch (fault) {
        await blob[Symbol.asyncDispose]()
        throw fault
      }
    },
  }
}
