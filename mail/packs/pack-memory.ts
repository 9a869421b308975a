/**
 * What a mailroom remembers of packs and snapshots from session to session: sealed bytes only, which no one can open without the
 * key of an account that is logged in. What never changes under its name is worth keeping; the least recently used goes first.
 */
import type { AccountHandle, ModSeq } from '@bulkhead/base/ids.ts'
import type { IndexPackLine, SheetLine } from '../ports/pack-store.ts'

/** Sealed segments of all accounts together. */
export const sealedBytesMax = 192 * 1024 * 1024
/** Accounts whose list of packs is remembered. */
const accountsMax = 10_000

export class SealedMemory {
  readonly #bytesMax: number
  readonly #kept = new Map<string, Buffer>()
  #bytes = 0

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  get sizeBytes(): number {
    return this.#bytes
  }

  get(name: string): Buffer | undefined {
    const found = this.#kept.get(name)
    if (found === undefined) return undefined
    this.#kept.delete(name)
    this.#kept.set(name, found)
    return found
  }

  /** Gives its own copy: what came from a socket may be part of something larger. */
  put(name: string, sealed: Uint8Array): Buffer {
    const own = Buffer.from(sealed)
    this.#drop(name)
    if (own.length > this.#bytesMax) return own
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes + own.length <= this.#bytesMax) break
      this.#drop(oldest)
    }
    this.#kept.set(name, own)
    this.#bytes += own.length
    return own
  }

  #drop(name: string): void {
    this.#bytes -= this.#kept.get(name)?.length ?? 0
    this.#kept.delete(name)
  }
}

interface KnownPacks {
  lines: readonly IndexPackLine[] | undefined
  sheets: readonly SheetLine[] | undefined
  /** Entries in all mailboxes when there last was nothing left to pack. */
  settledAt: number
  /** Of the snapshot whose segments were loaded last. */
  snapshotSeq: ModSeq
}

/** Lists of packs may be behind: who finds a pack gone asks anew, and who adds one that another mailroom added is refused. */
export class PackMemory {
  readonly sealed: SealedMemory
  readonly #known = new Map<AccountHandle, KnownPacks>()

  constructor(bytesMax = sealedBytesMax) {
    this.sealed = new SealedMemory(bytesMax)
  }

  /** The accounts used last are remembered. */
  #of(account: AccountHandle): KnownPacks {
    const known = this.#known.get(account) ?? { lines: undefined, sheets: undefined, settledAt: 0, snapshotSeq: 0 as ModSeq }
    this.#known.delete(account)
    this.#known.set(account, known)
    const oldest = this.#known.size > accountsMax ? this.#known.keys().next().value : undefined
    if (oldest !== undefined) this.#known.delete(oldest)
    return known
  }

  linesOf(account: AccountHandle): readonly IndexPackLine[] | undefined {
    return this.#of(account).lines
  }

  keepLines(account: AccountHandle, lines: readonly IndexPackLine[] | undefined): void {
    this.#of(account).lines = lines
  }

  sheetsOf(account: AccountHandle): readonly SheetLine[] | undefined {
    return this.#of(account).sheets
  }

  keepSheets(account: AccountHandle, sheets: readonly SheetLine[] | undefined): void {
    this.#of(account).sheets = sheets
  }

  snapshotSeq(account: AccountHandle): ModSeq {
    return this.#of(account).snapshotSeq
  }

  keepSnapshotSeq(account: AccountHandle, seq: ModSeq): void {
    this.#of(account).snapshotSeq = seq
  }

  settledAt(account: AccountHandle): number {
    return this.#of(account).settledAt
  }

  settle(account: AccountHandle, entries: number): void {
    this.#of(account).settledAt = entries
  }
}
