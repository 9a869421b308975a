/**
 * The journal of an open account: loads snapshot and tail, folds, appends, and keeps the fold at the newest it has
 * heard of. Everything that moves the fold takes its turn, so events are folded in order and each append learns what
 * its events came to. When the reply to an append is lost, the journal itself says whether it happened.
 */
import { assert } from '@bulkhead/base/assert.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import type { AccountHandle, ModSeq } from '@bulkhead/base/ids.ts'
import type { Log } from '@bulkhead/base/log.ts'
import type { Secret } from '@bulkhead/base/secret.ts'
import type { Sealing } from '@bulkhead/seal/sealing.ts'
import { decodeEvent, encodeEvent } from '../journal/event-codec.ts'
import type { JournalEvent } from '../journal/event.ts'
import { AccountFold, type FoldedAccount, type Outcome } from '../journal/fold.ts'
import { decodeSnapshot, type Dying } from '../journal/snapshot.ts'
import { eventsPerLoadMax } from '../journal/store-limits.ts'
import type { PackMemory } from '../packs/pack-memory.ts'
import { loadRemembered } from '../packs/snapshot-memory.ts'
import type { Append, AppendAnswer, JournalStore, Loaded, NewMessage, StoredEvent } from '../ports/journal-store.ts'
import { KeyRing, keySegment, keySegments } from './key-ring.ts'

export interface JournalPorts {
  readonly store: JournalStore
  readonly sealing: Sealing
  readonly log: Log
  readonly packMemory: PackMemory
}

export interface OwnAppend {
  readonly events: readonly JournalEvent[]
  readonly messages: readonly NewMessage[]
  readonly addsBytes: number
  readonly addsMessages: number
  readonly expectedHead: ModSeq | null
}

export type OwnAnswer =
  | { readonly is: 'appended'; readonly outcomes: readonly Outcome[] }
  | Exclude<AppendAnswer, { is: 'appended' | 'duplicate' }>

/** Version, key id and nonce of a sealed record: no two have the same. */
const recordHeadBytes = 29
const recordName = (sealed: Uint8Array): string =>
  Buffer.from(sealed.buffer, sealed.byteOffset, Math.min(recordHeadBytes, sealed.length)).toString('latin1')

/** Events of ours on their way, by name, and what they came to. */
type OwnEvents = Map<string, { readonly at: number; outcome: Outcome | undefined }>

/** What reception may write: arrivals, and which of them are notices, which the desk's signature has to bear out. */
const isReceptions = (event: JournalEvent): boolean =>
  event.kind === 'arrived' || event.kind === 'filed' || event.kind === 'placed' ||
  (event.kind === 'objectsSet' && event.changes.every(({ kind, value }) => kind === 'notice' && value !== null))

export class AccountJournal {
  readonly account: AccountHandle
  readonly ring: KeyRing
  readonly #ports: JournalPorts
  #fold: AccountFold
  #lastTurn: Promise<unknown> = Promise.resolve()
  /** Segments of the newest snapshot we know to be stored, and its number. */
  snapshotSegments: ReadonlySet<string> = new Set()
  snapshotSeq = 0
  dying: readonly Dying[] = []
  quotaBytes: number | null = null

  private constructor(account: AccountHandle, ports: JournalPorts, privateKey: Secret<Buffer>) {
    this.account = account
    this.#ports = ports
    this.ring = new KeyRing(ports.sealing, privateKey)
    this.#fold = new AccountFold(account)
  }

  static async load(account: AccountHandle, ports: JournalPorts, privateKey: Secret<Buffer>): Promise<AccountJournal> {
    const journal = new AccountJournal(account, ports, privateKey)
    try {
      const loaded = await loadRemembered(ports.store, ports.packMemory, account)
      if (loaded === undefined) throw new Fault('corrupt', 'an account without a journal')
      await journal.#start(loaded)
      return journal
    } catch (fault) {
      journal.ring.wipe()
      throw fault
    }
  }

  get fold(): AccountFold {
    return this.#fold
  }

  state(): FoldedAccount {
    return this.#fold.state()
  }

  async #start(loaded: Loaded): Promise<void> {
    this.quotaBytes = loaded.quotaBytes
    const usable = loaded.snapshot.seq === 0 || this.#restore(loaded)
    if (usable) {
      this.ring.add(loaded.contentKeys)
      this.#foldEvents(loaded.events)
    } else {
      // The journal is the truth and whole; a snapshot that does not add up costs time, not mail.
      this.#ports.log.warn('snapshotUnusable', { seq: loaded.snapshot.seq })
      this.ring.clear()
    }
    if (this.#fold.seq < loaded.head) await this.#catchUp(loaded.head)
  }

  #restore({ snapshot }: Loaded): boolean {
    const stored = new Map(snapshot.segments.map(({ segment, sealed }) => [segment, sealed]))
    const segmentOf = (name: string): Buffer | undefined => {
      const sealed = stored.get(name)
      return sealed === undefined ? undefined : this.ring.openRecord('snapshot', `${this.account}/${name}`, sealed)?.plain
    }
    const opened = decodeSnapshot(segmentOf)
    if (opened === undefined || opened.start.seq !== snapshot.seq) return false
    for (let number = 0; number < keySegments; number += 1) {
      const bytes = segmentOf(keySegment(number))
      if (bytes === undefined ? stored.has(keySegment(number)) : !this.ring.decodeSegment(bytes)) return false
    }
    if (this.ring.size < opened.contentKeys) return false
    this.#fold = new AccountFold(this.account, opened.start)
    this.snapshotSeq = snapshot.seq
    this.snapshotSegments = new Set(stored.keys())
    this.dying = opened.dying
    return true
  }

  /** Runs `work` when all before it are done, alone. */
  exclusive<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#lastTurn.then(work)
    this.#lastTurn = turn.catch(() => undefined)
    return turn
  }

  head(): Promise<ModSeq> {
    return this.#ports.store.head(this.account)
  }

  /** Within a turn. */
  async foldUpTo(head: ModSeq): Promise<void> {
    if (this.#fold.seq < head) await this.#catchUp(head)
  }

  /** Folds what was appended by whomever. Within a turn. */
  async refresh(): Promise<void> {
    await this.#catchUp(0)
  }

  /** Folds the tail at least up to `head`. */
  async #catchUp(head: number, own?: OwnEvents): Promise<void> {
    do {
      const { store } = this.#ports
      const after = this.#fold.seq
      const tail = await store.eventsAfter(this.account, after, eventsPerLoadMax)
      this.ring.add(tail.contentKeys)
      this.#foldEvents(tail.events, own)
      if (this.#fold.seq >= tail.head) break
      if (tail.events.length === 0) throw new Fault('corrupt', 'the journal has a gap')
    } while (true)
    if (this.#fold.seq < head) throw new Fault('corrupt', 'the journal lost its end')
  }

  #foldEvents(events: readonly StoredEvent[], own?: OwnEvents): void {
    for (const { seq, sealed } of events) {
      if (seq <= this.#fold.seq) continue
      if (seq !== this.#fold.seq + 1) throw new Fault('corrupt', 'the journal has a gap')
      const outcome = this.#fold.apply(seq, this.#open(seq, sealed))
      const ours = own?.get(recordName(sealed))
      if (ours !== undefined) ours.outcome = outcome
    }
  }

  /**
   * Undefined where it does not open, or where its writer had no right to it: whoever can't open the account (reception)
   * may tell that a message arrived, and that it is a notice, and nothing else.
   */
  #open(seq: ModSeq, sealed: Uint8Array): JournalEvent | undefined {
    const opened = this.ring.openRecord('event', this.account, sealed)
    const event = opened === undefined ? undefined : decodeEvent(opened.plain)
    if (opened !== undefined && event !== undefined && (opened.own || isReceptions(event))) return event
    this.#ports.log.warn('eventUnreadable', { seq })
    return undefined
  }

  /** Appends and folds up to there. Within a turn. */
  async append(append: OwnAppend): Promise<OwnAnswer> {
    const { store, sealing, log } = this.#ports
    const sealed = append.events.map((event) => sealing.sealRecord(this.ring.own, 'event', this.account, encodeEvent(event)))
    const whole: Append = {
      ...append,
      account: this.account,
      events: sealed,
      contentKeys: [],
      arrivalDigest: null,
      keepDigest: false,
    }
    let answer: AppendAnswer
    try {
      answer = await store.append(whole)
    } catch (fault) {
      const outcomes = await this.#outcomesAfterAll(sealed, fault)
      log.info('appendReplyLost', { head: this.#fold.seq })
      return { is: 'appended', outcomes }
    }
    assert(answer.is !== 'duplicate', 'no digest was given')
    if (answer.is === 'conflict') await this.#catchUp(answer.head)
    if (answer.is !== 'appended') return answer
    return { is: 'appended', outcomes: await this.#foldOwn(append.events, sealed, answer.head) }
  }

  async #foldOwn(events: readonly JournalEvent[], sealed: readonly Buffer[], head: ModSeq): Promise<readonly Outcome[]> {
    if (this.#fold.seq + events.length !== head) return this.#outcomesOf(sealed, head)
    return events.map((event) => this.#fold.apply((this.#fold.seq + 1) as ModSeq, asStored(event)))
  }

  async #outcomesOf(sealed: readonly Buffer[], head: number): Promise<readonly Outcome[]> {
    const own: OwnEvents = new Map(sealed.map((one, at) => [recordName(one), { at, outcome: undefined }]))
    await this.#catchUp(head, own)
    const outcomes = [...own.values()].flatMap(({ outcome }) => outcome ?? [])
    if (outcomes.length < sealed.length) throw new Fault('databaseAway', 'appended events are not in the journal')
    return outcomes
  }

  /** Looks in the journal whether an append that ended in a fault happened nevertheless; if not, the fault stands. */
  async #outcomesAfterAll(sealed: readonly Buffer[], fault: unknown): Promise<readonly Outcome[]> {
    try {
      return await this.#outcomesOf(sealed, 0)
    } catch {
      throw fault
    }
  }
}

/** Exactly what other readers will fold: the event as its bytes give it back. */
const asStored = (event: JournalEvent): JournalEvent | undefined => decodeEvent(encodeEvent(event))
