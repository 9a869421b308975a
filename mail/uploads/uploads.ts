/**
 * Bytes that a client uploads before a message or a script needs them (RFC 8620 section 6.1). They are sealed as they come, each under a
 * key of its own; the key lies in the upload's token, which only a session of the account can make and open. Nothing is kept of them but
 * sealed bytes, any mailroom of the cell can read them, and a token of another account opens nothing. They live for a day at least.
 */
import { assert } from '@bulkhead/base/assert.ts'
import { view } from '@bulkhead/base/bytes.ts'
import type { Clock } from '@bulkhead/base/clock.ts'
import { uuidBytes, uuidFromBytes, type AccountHandle } from '@bulkhead/base/ids.ts'
import type { Log } from '@bulkhead/base/log.ts'
import { secret, wipe } from '@bulkhead/base/secret.ts'
import type { Sealing } from '@bulkhead/seal/sealing.ts'
import { bodySource, sealedBlob } from '../account/body-source.ts'
import { chunkSealer } from '../account/incoming.ts'
import type { BodySource, MailAccount } from '../account/mail-account.ts'
import type { UploadStore } from '../ports/upload-store.ts'
import { refuse, type Refused } from '../refusal.ts'

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

export interface Uploads {
  create(account: MailAccount, type: string, sizeBytesMax: number): Promise<Upload | Refused<'overQuota'>>
  /** Undefined where the token is not the account's, or the bytes are gone. */
  open(account: MailAccount, token: string): Promise<Uploaded | undefined>
}

interface UploadPorts {
  readonly store: UploadStore
  readonly sealing: Sealing
  readonly clock: Clock
  readonly log: Log
}

/** How much each account uploaded in the hour that runs. */
const hourlyCount = (clock: Clock) => {
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
    isFull: (account: AccountHandle): boolean => of(account).bytes >= uploadBytesPerHourMax,
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

export const uploads = ({ store, sealing, clock, log }: UploadPorts): Uploads => {
  const count = hourlyCount(clock)
  const today = (): number => Math.floor(clock.now() / dayMs)
  let sweptDay = 0

  const sweep = (): void => {
    const day = today()
    if (sweptDay === day) return
    sweptDay = day
    store.removeBefore(day - 1).catch((fault: unknown) => log.error('uploadsNotSwept', fault))
  }

  return {
    async create(account, type, sizeBytesMax) {
      sweep()
      if (count.isFull(account.account)) return refuse('overQuota')
      const day = today()
      const key = sealing.newMessageKey()
      const writer = await store.of(day).create()
      const sealer = chunkSealer(sealing, key, Math.max(1, sizeBytesMax), (sealed) => writer.write(sealed))
      let open = true
      const discard = async (): Promise<void> => {
        if (!open) return
        open = false
        wipe(key.declassify())
        await writer.discard()
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
      return { type, body: bodySource(sealing, key, sealedBlob(blob)) }
    },
  }
}
