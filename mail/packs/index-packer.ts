/**
 * Packs the index records of an open account, off the path of any operation: reads the rows of messages that are in no pack
 * yet, seals their columns under the account's own key, and adds the pack. Rows keep their records, so nothing is lost
 * wherever it stops. Two mailrooms that pack at once agree: the first to add a pack wins. A pack that is mostly dead is
 * made anew, and with it what came late into its run. Of packs sheets are made (`sheet-maker.ts`).
 */
import { randomUUID } from 'node:crypto'
import { uuidBytes, uuidFromBytes, type AccountHandle, type MessageId } from '@bulkhead/base/ids.ts'
import { wipe } from '@bulkhead/base/secret.ts'
import type { Clock } from '@bulkhead/base/clock.ts'
import type { Sealing } from '@bulkhead/seal/sealing.ts'
import { indexOwner } from '../account/arrival.ts'
import type { KeyRing } from '../account/key-ring.ts'
import { idBytes } from '../journal/columns.ts'
import type { FoldedAccount } from '../journal/fold.ts'
import type { JournalReader } from '../ports/journal-store.ts'
import type { IndexPackLine, PackSegment, PackStore } from '../ports/pack-store.ts'
import type { GiveWay } from './give-way.ts'
import { encodePack, isIndexRecord, type PackEntry } from './index-pack.ts'
import type { PackMemory } from './pack-memory.ts'
import { segmentOwner, type PackShelf } from './pack-shelf.ts'
import { SheetMaker } from './sheet-maker.ts'
import type { SheetShelf } from './sheet-shelf.ts'

/** Fewer are read as quickly from their rows. */
export const packMessagesMin = 500
export const packMessagesMax = 2_000
/** Index records of one pack together. */
const packBytesMax = 8_388_608
const rowsPerRead = 250
/** Packs made in one go. */
const packsPerTurn = 64
/** What is younger may be followed by a message with a lower id. */
export const settleMs = 2_000
/** A pack with a smaller share of living messages is made anew. */
const liveShareMin = 0.75

export interface PackerPorts {
  readonly store: PackStore & JournalReader
  readonly sealing: Sealing
  readonly clock: Clock
  readonly packMemory: PackMemory
  readonly giveWay: GiveWay
}

export interface Packing {
  readonly account: AccountHandle
  readonly ring: KeyRing
  readonly shelf: PackShelf
  readonly sheets: SheetShelf
  state(): FoldedAccount
}

/** Milliseconds since the epoch with which an id begins (RFC 9562 section 5.7). */
const momentOf = (id: Buffer, at: number): number => id.readUIntBE(at, 6)

/** Ids of all mailboxes for which `wanted` holds, ascending, each once. */
const idsWhere = (state: FoldedAccount, wanted: (ids: Buffer, at: number) => boolean): readonly MessageId[] => {
  const found = new Set<MessageId>()
  for (const { messages } of state.mailboxes.values()) {
    const { ids } = messages.columns
    const bytes = Buffer.from(ids.buffer, ids.byteOffset, ids.byteLength)
    for (let at = 0; at < messages.count * idBytes; at += idBytes) {
      if (wanted(bytes, at)) found.add(uuidFromBytes(bytes.subarray(at, at + idBytes)) as MessageId)
    }
  }
  return [...found].sort()
}

const entriesOf = (state: FoldedAccount): number => {
  let entries = 0
  for (const { messages } of state.mailboxes.values()) entries += messages.count
  return entries
}

export class IndexPacker {
  readonly #packing: Packing
  readonly #ports: PackerPorts
  readonly #sheets: SheetMaker

  constructor(packing: Packing, ports: PackerPorts) {
    this.#packing = packing
    this.#ports = ports
    this.#sheets = new SheetMaker({ account: packing.account, ring: packing.ring, packs: packing.shelf, sheets: packing.sheets }, ports)
  }

  /** Whether enough changed for a look. Cheap. */
  wanted(): boolean {
    const { account, state } = this.#packing
    return Math.abs(entriesOf(state()) - this.#ports.packMemory.settledAt(account)) >= packMessagesMin
  }

  /** One turn; stops early where `stopped` says so. One at a time; the caller sees to that. Rejects with the store's fault. */
  async work(stopped: () => boolean = () => false): Promise<void> {
    const { account, shelf, state } = this.#packing
    const { giveWay } = this.#ports
    await giveWay.turn(stopped)
    // Before what takes longer: a first search waits for them.
    await this.#packing.sheets.openAhead(stopped)
    const entries = entriesOf(state())
    let left = packsPerTurn
    const lines = await shelf.lines()
    await giveWay.turn(stopped)
    const { settled, young } = this.#unpacked(lines)
    for (let from = 0; settled.length - from >= packMessagesMin; left -= 1) {
      if (stopped() || left === 0) return
      const taken = await this.#pack(settled.slice(from, from + packMessagesMax), null, stopped)
      if (taken === 0) return
      from += taken
    }
    const present = await shelf.lines()
    const packed = present.reduce((sum, { messages }) => sum + messages, 0)
    for (const line of entries < packed + young ? await this.#wasteful(present) : []) {
      if (stopped() || left === 0) return
      left -= 1
      await this.#pack(this.#messagesIn(line), line, stopped)
    }
    await this.#sheets.work(stopped)
    await this.#packing.sheets.openAhead(stopped)
    this.#ports.packMemory.settle(account, entries - young)
  }

  /** Messages after the last pack; how many more are too young. */
  #unpacked(lines: readonly IndexPackLine[]): { readonly settled: readonly MessageId[]; readonly young: number } {
    const last = lines.at(-1)
    const after = last === undefined ? Buffer.alloc(idBytes) : uuidBytes(last.last)
    const nowMs = this.#ports.clock.now()
    let young = 0
    const settled = idsWhere(this.#packing.state(), (ids, at) => {
      if (ids.compare(after, 0, idBytes, at, at + idBytes) <= 0) return false
      const moment = momentOf(ids, at)
      if (moment > nowMs - settleMs && moment <= nowMs + settleMs) young += 1
      return moment <= nowMs - settleMs
    })
    return { settled, young }
  }

  #messagesIn({ first, last }: IndexPackLine): readonly MessageId[] {
    const [from, to] = [uuidBytes(first), uuidBytes(last)]
    return idsWhere(this.#packing.state(), (ids, at) =>
      ids.compare(from, 0, idBytes, at, at + idBytes) >= 0 && ids.compare(to, 0, idBytes, at, at + idBytes) <= 0)
  }

  async #wasteful(lines: readonly IndexPackLine[]): Promise<readonly IndexPackLine[]> {
    if (lines.length === 0) return []
    await this.#ports.giveWay.turn()
    const ids = idsWhere(this.#packing.state(), () => true)
    await this.#ports.giveWay.turn()
    let at = 0
    return lines.filter(({ first, last, messages }) => {
      while ((ids[at] ?? '~') < first) at += 1
      const from = at
      while ((ids[at] ?? '~') <= last) at += 1
      return at - from < messages * liveShareMin
    })
  }

  /** Packs as many of `messages`, from the first, as fit; gives how many, 0 where another mailroom was faster. */
  async #pack(messages: readonly MessageId[], replaces: IndexPackLine | null, stopped: () => boolean): Promise<number> {
    const { account, shelf } = this.#packing
    const { entries, read } = await this.#entries(messages, replaces === null ? packBytesMax : Infinity, stopped)
    const pack = randomUUID()
    const first = entries[0]?.message ?? replaces?.first
    const last = entries.at(-1)?.message ?? replaces?.last
    if (first === undefined || last === undefined) return read
    const segments = await this.#sealed(pack, entries, stopped)
    const added = await this.#ports.store.addIndexPack(account, { pack, first, last, messages: entries.length }, segments, replaces?.pack ?? null)
    shelf.forgetLines()
    return added ? read : 0
  }

  async #entries(
    messages: readonly MessageId[], bytesMax: number, stopped: () => boolean,
  ): Promise<{ readonly entries: readonly PackEntry[]; readonly read: number }> {
    const { account, ring } = this.#packing
    const entries: PackEntry[] = []
    let bytes = 0
    let read = 0
    while (read < messages.length && bytes < bytesMax) {
      const rows = await this.#ports.store.messageIndexes(account, messages.slice(read, read + rowsPerRead))
      for (const { message, index } of rows.toSorted((one, other) => (one.message < other.message ? -1 : 1))) {
        const record = ring.openRecord('index', indexOwner(account, message), index)?.plain
        if (record === undefined || !isIndexRecord(record)) continue
        entries.push({ message, record })
        bytes += record.length
      }
      read = Math.min(messages.length, read + rowsPerRead)
      await this.#ports.giveWay.turn(stopped)
    }
    return { entries, read }
  }

  async #sealed(pack: string, entries: readonly PackEntry[], stopped: () => boolean): Promise<readonly PackSegment[]> {
    const { account, ring } = this.#packing
    const segments: PackSegment[] = []
    if (entries.length === 0) return segments
    for (const [name, plain] of encodePack(entries)) {
      segments.push({ name, sealed: this.#ports.sealing.sealRecord(ring.own, 'pack', segmentOwner(account, pack, name), plain) })
      wipe(plain)
      await this.#ports.giveWay.turn(stopped)
    }
    for (const { record } of entries) wipe(record)
    return segments
  }
}
