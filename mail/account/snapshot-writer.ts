/**
 * Writes snapshots of an open account, off the path of any operation: segment by segment, giving way between them. A
 * snapshot that fails is written again later; one that comes late is ignored by the store. Messages that no mailbox
 * holds any more keep their rows for a while, for sessions that still show them, and go with a later snapshot.
 */
import type { Clock } from '@bulkhead/base/clock.ts'
import type { MessageId } from '@bulkhead/base/ids.ts'
import type { Sealing } from '@bulkhead/seal/sealing.ts'
import { dyingMax, encodeHead, headSegment, segmentsOf, type Dying } from '../journal/snapshot.ts'
import type { JournalStore, StoredSegment } from '../ports/journal-store.ts'
import type { AccountJournal } from './account-journal.ts'
import { isKeySegment, keySegment } from './key-ring.ts'

/** Events after the last snapshot that make a new one worth writing while sessions go on, and at the end. */
export const tailWhileOpenMax = 1_000
export const tailAtCloseMax = 200
/** How long another session may still read a message that was expunged. */
export const dyingGraceMs = 600_000
/**
 * Versions of drafts that were saved again, and their bytes: a composer makes one every few seconds and nobody misses them. Beyond either all
 * but the newest go at once.
 */
export const oldDraftsMax = 16
export const oldDraftBytesMax = 16_777_216
const oldDraftsKept = 4

const breath = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

export interface SnapshotPorts {
  readonly store: JournalStore
  readonly sealing: Sealing
  readonly clock: Clock
}

export class SnapshotWriter {
  readonly #journal: AccountJournal
  readonly #ports: SnapshotPorts
  readonly #dying = new Map<MessageId, number>()
  /** Those of them that were drafts and went in this run, and their bytes. */
  readonly #oldDrafts = new Map<MessageId, number>()
  #oldDraftBytes = 0
  /** Whether the stored snapshot knows of all that is dying. */
  #dyingStored = true

  constructor(journal: AccountJournal, ports: SnapshotPorts) {
    this.#journal = journal
    this.#ports = ports
    for (const { message, sinceMs } of journal.dying) this.#dying.set(message, sinceMs)
  }

  /** To be called when the fold moved. */
  noteDead(): void {
    const nowMs = this.#ports.clock.now()
    for (const { message, draftBytes } of this.#journal.fold.takeDead()) {
      this.#dying.delete(message)
      this.#dying.set(message, nowMs)
      this.#dyingStored = false
      if (draftBytes === null || this.#oldDrafts.has(message)) continue
      this.#oldDrafts.set(message, draftBytes)
      this.#oldDraftBytes += draftBytes
    }
  }

  #forget(message: MessageId): void {
    this.#dying.delete(message)
    this.#oldDraftBytes -= this.#oldDrafts.get(message) ?? 0
    this.#oldDrafts.delete(message)
  }

  #hasManyDrafts(): boolean {
    return this.#oldDrafts.size > oldDraftsKept && (this.#oldDrafts.size > oldDraftsMax || this.#oldDraftBytes > oldDraftBytesMax)
  }

  #dueAt(nowMs: number): readonly MessageId[] {
    const most = this.#dying.size - dyingMax
    const drafts = new Set(this.#hasManyDrafts() ? [...this.#oldDrafts.keys()].slice(0, -oldDraftsKept) : [])
    return [...this.#dying].flatMap(([message, sinceMs], at) =>
      at < most || sinceMs + dyingGraceMs <= nowMs || drafts.has(message) ? [message] : [])
  }

  wanted(when: 'open' | 'close'): boolean {
    const tail = this.#journal.fold.seq - this.#journal.snapshotSeq
    if (tail >= (when === 'open' ? tailWhileOpenMax : tailAtCloseMax)) return true
    if (when === 'close' && !this.#dyingStored) return true
    return this.#isAnyDue(this.#ports.clock.now())
  }

  /** Those that died first are in front. */
  #isAnyDue(nowMs: number): boolean {
    if (this.#dying.size > dyingMax || this.#hasManyDrafts()) return true
    const oldest = this.#dying.values().next()
    return oldest.done !== true && oldest.value + dyingGraceMs <= nowMs
  }

  /** One at a time; the caller sees to that. Rejects with the store's fault. */
  async write(): Promise<void> {
    const journal = this.#journal
    const state = journal.state()
    const touched = journal.fold.takeTouched()
    const touchedKeys = journal.ring.takeTouched()
    const deadMessages = this.#dueAt(this.#ports.clock.now())
    const due = new Set(deadMessages)
    const dying: readonly Dying[] = [...this.#dying].flatMap(([message, sinceMs]) => (due.has(message) ? [] : { message, sinceMs }))
    try {
      const segments = segmentsOf(state)
      const changed: StoredSegment[] = []
      for (const number of touchedKeys) {
        changed.push(this.#seal(keySegment(number), state.seq, journal.ring.encodeSegment(number)))
        await breath()
      }
      // Keys that do not open are dropped while their segments are made, so they are counted afterwards.
      const contentKeys = journal.ring.size
      changed.push(this.#seal(headSegment, state.seq, encodeHead(state, { dying, contentKeys })))
      for (const [name, segment] of segments) {
        if (journal.snapshotSegments.has(name) && !segment.isAmong(touched)) continue
        changed.push(this.#seal(name, state.seq, segment.encode()))
        await breath()
      }
      const vanished = [...journal.snapshotSegments].filter((name) => name !== headSegment && !isKeySegment(name) && !segments.has(name))
      await this.#ports.store.writeSnapshot(journal.account, { seq: state.seq, changed, vanished, deadMessages })
      const kept = journal.snapshotSegments.difference(new Set(vanished))
      journal.snapshotSegments = kept.union(new Set(changed.map(({ segment }) => segment)))
      journal.snapshotSeq = state.seq
      for (const message of deadMessages) this.#forget(message)
      this.#dyingStored = this.#dying.size === dying.length
    } catch (fault) {
      journal.fold.giveBackTouched(touched)
      journal.ring.giveBackTouched(touchedKeys)
      throw fault
    }
  }

  #seal(segment: string, seq: StoredSegment['seq'], plain: Buffer): StoredSegment {
    const { sealing } = this.#ports
    const owner = `${this.#journal.account}/${segment}`
    return { segment, seq, sealed: sealing.sealRecord(this.#journal.ring.own, 'snapshot', owner, plain) }
  }
}
