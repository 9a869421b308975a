/**
 * Journal and blobs in memory, for tests and simulation: the same answers as the stores on PostgreSQL and disk, which
 * `store-contract.ts` holds all of them to. Every call takes a turn of the event loop, as a real store would.
 */
import { randomUUID } from 'node:crypto'
import { Fault } from '@bulkhead/base/fault.ts'
import type { AccountHandle, MessageId, ModSeq } from '@bulkhead/base/ids.ts'
import type { BlobStore } from '../ports/blob-store.ts'
import type { AccountLife } from '../ports/directory.ts'
import type { Append, AppendAnswer, JournalStore, NewMessage, SealedContentKey, StoredEvent, StoredSegment } from '../ports/journal-store.ts'
import { forgetPlaces, foundBody, memoryPacks, noPacks, pardonBlob, type KeptPacks } from '../packs/memory-packs.ts'
import { doomedUntilNamed } from './doomed-until-named.ts'
import { eventsPerLoadMax, messageIndexesMax } from './store-limits.ts'

interface Kept {
  quotaBytes: number | null
  quotaMessages: number | null
  open: boolean
  usedBytes: number
  messages: number
  /** Taken above the quota since it was last within it. */
  aboveBytes: number
  readonly events: StoredEvent[]
  readonly rows: Map<MessageId, NewMessage>
  readonly keys: Map<string, SealedContentKey & { readonly seq: number }>
  readonly arrivals: Map<string, { readonly keep: boolean }>
  snapshotSeq: ModSeq
  readonly segments: Map<string, StoredSegment>
  readonly packs: KeptPacks
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const copyOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes)
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const headOf = (kept: Kept): ModSeq => kept.events.length as ModSeq

const refusalOf = (kept: Kept | undefined, append: Append): AppendAnswer | undefined => {
  if (kept === undefined) return { is: 'refused', why: 'noSuchAccount' }
  if (append.arrivalDigest !== null && kept.arrivals.has(hex(append.arrivalDigest))) return { is: 'duplicate' }
  if (!kept.open) return { is: 'refused', why: 'accountClosed' }
  if (append.expectedHead !== null && append.expectedHead !== headOf(kept)) return { is: 'conflict', head: headOf(kept) }
  const { quotaBytes, quotaMessages } = kept
  const over = append.addsBytes > 0 && quotaBytes !== null && kept.usedBytes + append.addsBytes > quotaBytes
  const tooMany = append.addsMessages > 0 && quotaMessages !== null && kept.messages + append.addsMessages > quotaMessages
  const isAllowed = append.aboveQuotaMax !== undefined && kept.aboveBytes + append.addsBytes <= append.aboveQuotaMax
  return (over || tooMany) && !isAllowed ? { is: 'refused', why: 'overQuota' } : undefined
}

const put = (kept: Kept, append: Append): AppendAnswer => {
  for (const { body } of append.messages) if (body.in === 'blob') pardonBlob(kept.packs, body.name)
  const firstSeq = headOf(kept) + 1
  append.events.forEach((sealed, at) => kept.events.push({ seq: (firstSeq + at) as ModSeq, sealed: copyOf(sealed) }))
  for (const row of append.messages) {
    const body = row.body.in === 'row' ? { in: 'row' as const, sealed: copyOf(row.body.sealed) } : row.body
    kept.rows.set(row.message, { ...row, index: copyOf(row.index), body })
  }
  for (const { keyId, sealed } of append.contentKeys) {
    if (kept.keys.has(hex(keyId))) continue
    kept.keys.set(hex(keyId), { keyId: copyOf(keyId), sealed: copyOf(sealed), seq: firstSeq })
  }
  kept.usedBytes = Math.max(0, kept.usedBytes + append.addsBytes)
  kept.messages = Math.max(0, kept.messages + append.addsMessages)
  const isWithin = kept.usedBytes <= (kept.quotaBytes ?? Infinity) && kept.messages <= (kept.quotaMessages ?? Infinity)
  kept.aboveBytes = isWithin ? 0 : kept.aboveBytes + Math.max(0, append.addsBytes)
  if (append.arrivalDigest !== null) kept.arrivals.set(hex(append.arrivalDigest), { keep: append.keepDigest })
  return { is: 'appended', head: headOf(kept) }
}

const eventsOf = (kept: Kept, after: number, limit: number): readonly StoredEvent[] => kept.events.slice(after, after + limit)

const keysOf = (kept: Kept, after: number, upTo: number): readonly SealedContentKey[] =>
  [...kept.keys.values()].filter(({ seq }) => seq > after && seq <= upTo).map(({ keyId, sealed }) => ({ keyId, sealed }))

const usageOf = ({ usedBytes, messages, quotaBytes, quotaMessages }: Kept) => ({ usedBytes, messages, quotaBytes, quotaMessages })

const memoryJournal = (accounts: Map<AccountHandle, Kept>, blobs: BlobStore): JournalStore => ({
  ...memoryPacks((account) => accounts.get(account), blobs, () => accounts),
  async append(append) {
    await turn()
    const kept = accounts.get(append.account)
    return refusalOf(kept, append) ?? put(kept as Kept, append)
  },
  acknowledged(account, arrivalDigest) {
    const arrivals = accounts.get(account)?.arrivals
    if (arrivals?.get(hex(arrivalDigest))?.keep === false) arrivals.delete(hex(arrivalDigest))
  },
  async load(account, known = 0 as ModSeq) {
    await turn()
    const kept = accounts.get(account)
    if (kept === undefined) return undefined
    const segments = [...kept.segments.values()].map((one) => (one.seq > known ? one : { ...one, sealed: Buffer.alloc(0) }))
    const snapshot = { seq: kept.snapshotSeq, segments }
    return {
      head: headOf(kept),
      ...usageOf(kept),
      snapshot,
      events: eventsOf(kept, snapshot.seq, eventsPerLoadMax),
      contentKeys: keysOf(kept, snapshot.seq, Infinity),
    }
  },
  async eventsAfter(account, seq, limit) {
    await turn()
    const kept = accounts.get(account)
    if (kept === undefined) return { head: 0 as ModSeq, events: [], contentKeys: [] }
    return { head: headOf(kept), events: eventsOf(kept, seq, limit), contentKeys: keysOf(kept, seq, seq + limit) }
  },
  async head(account) {
    await turn()
    const kept = accounts.get(account)
    return kept === undefined ? (0 as ModSeq) : headOf(kept)
  },
  async messageIndexes(account, messages) {
    await turn()
    if (messages.length > messageIndexesMax) throw new Fault('overloaded', 'too many indexes at once')
    const rows = accounts.get(account)?.rows
    return messages.flatMap((message) => {
      const row = rows?.get(message)
      return row === undefined ? [] : [{ message, sizeBytes: row.sizeBytes, index: row.index }]
    })
  },
  async bodies(account, messages) {
    await turn()
    const kept = accounts.get(account)
    return new Map(messages.flatMap((message) => {
      const body = kept === undefined ? undefined : foundBody(kept, message)
      return body === undefined ? [] : [[message, body] as const]
    }))
  },
  async usage(account) {
    await turn()
    const kept = accounts.get(account)
    return kept === undefined ? undefined : usageOf(kept)
  },
  async writeSnapshot(account, snapshot) {
    await turn()
    const kept = accounts.get(account)
    if (kept === undefined) return
    if (snapshot.seq >= kept.snapshotSeq && snapshot.seq <= headOf(kept)) {
      kept.snapshotSeq = snapshot.seq
      for (const segment of snapshot.vanished) kept.segments.delete(segment)
      for (const one of snapshot.changed) kept.segments.set(one.segment, { ...one, sealed: copyOf(one.sealed) })
    }
    for (const message of snapshot.deadMessages) {
      const body = kept.rows.get(message)?.body
      kept.rows.delete(message)
      if (body?.in === 'blob') await blobs.remove(account, body.name)
    }
    for (const name of forgetPlaces(kept.packs, snapshot.deadMessages)) await blobs.remove(account, name)
  },
})

const memoryLife = (accounts: Map<AccountHandle, Kept>): AccountLife => ({
  async openJournal(account, quotaBytes) {
    if (accounts.has(account)) return
    accounts.set(account, {
      quotaBytes,
      quotaMessages: null,
      open: true,
      usedBytes: 0,
      messages: 0,
      aboveBytes: 0,
      events: [],
      rows: new Map(),
      keys: new Map(),
      arrivals: new Map(),
      snapshotSeq: 0 as ModSeq,
      segments: new Map(),
      packs: noPacks(),
    })
  },
  async setMessageQuota(account, quotaMessages) {
    const kept = accounts.get(account)
    if (kept !== undefined) kept.quotaMessages = quotaMessages
  },
  async setQuota(account, quotaBytes) {
    const kept = accounts.get(account)
    if (kept !== undefined) kept.quotaBytes = quotaBytes
  },
  async usage(wanted) {
    return new Map(wanted.flatMap((account) => {
      const kept = accounts.get(account)
      return kept === undefined ? [] : [[account, usageOf(kept)] as const]
    }))
  },
  async setOpen(account, open) {
    const kept = accounts.get(account)
    if (kept !== undefined) kept.open = open
  },
  async removeJournal(account) {
    accounts.delete(account)
  },
})

/** `bytesHeld` tells whether anything was left behind. */
export const memoryBlobs = (): BlobStore & { bytesHeld(): number } => {
  const accounts = new Map<AccountHandle, Map<string, Buffer>>()
  return {
    async create() {
      const chunks: Buffer[] = []
      const name = randomUUID()
      return {
        name,
        async write(chunk) {
          chunks.push(copyOf(chunk))
        },
        async keep(keepers) {
          await turn()
          const bytes = Buffer.concat(chunks)
          for (const account of keepers) {
            const blobs = accounts.get(account) ?? new Map<string, Buffer>()
            blobs.set(name, bytes)
            accounts.set(account, blobs)
          }
          return name
        },
        async discard() {
          chunks.length = 0
        },
      }
    },
    async open(account, name) {
      await turn()
      const bytes = accounts.get(account)?.get(name)
      if (bytes === undefined) return undefined
      return {
        sizeBytes: bytes.length,
        read: async (offset, length) => copyOf(bytes.subarray(offset, offset + length)),
        async [Symbol.asyncDispose]() {},
      }
    },
    async remove(account, name) {
      accounts.get(account)?.delete(name)
    },
    async removeAll(account) {
      accounts.delete(account)
    },
    bytesHeld: () =>
      [...accounts.values()].flatMap((blobs) => [...blobs.values()]).reduce((sum, bytes) => sum + bytes.length, 0),
  }
}

export const memoryStore = () => {
  const accounts = new Map<AccountHandle, Kept>()
  const raw = memoryBlobs()
  const journal = memoryJournal(accounts, raw)
  const anHourPasses = async (): Promise<void> => {
    for (const { packs } of accounts.values()) for (const name of packs.doomed.keys()) packs.doomed.set(name, true)
  }
  return { journal, blobs: { ...doomedUntilNamed(raw, journal), bytesHeld: raw.bytesHeld }, life: memoryLife(accounts), anHourPasses }
}
