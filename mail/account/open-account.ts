/**
 * An open account (`mail-account.ts`) over the journal's store, the blobs and the seal. Sessions of one mailroom share it;
 * other mailrooms may have the same account open, the journal's order decides. It owns the private key and wipes it, with
 * everything opened under it, when it is closed.
 */
import { assert } from '@bulkhead/base/assert.ts'
import type { Clock } from '@bulkhead/base/clock.ts'
import type { AccountHandle, MailboxId, MessageId, ModSeq, Uid } from '@bulkhead/base/ids.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import type { Log } from '@bulkhead/base/log.ts'
import type { Secret } from '@bulkhead/base/secret.ts'
import type { Sealing } from '@bulkhead/seal/sealing.ts'
import type { IndexSection, MessageIndex } from '@bulkhead/wire/mime/message-index.ts'
import type { Needle } from '@bulkhead/wire/text/digest.ts'
import type { AclChange } from '../journal/acl.ts'
import { isUidl, uidlsPerEventMax } from '../journal/annotations.ts'
import { flagsPerEventMax, knownFlag } from '../journal/flags.ts'
import type { Annotation, FlagMode, JournalEvent, SpecialUse, UidRanges } from '../journal/event.ts'
import type { FoldedAccount } from '../journal/fold.ts'
import type { FoldedMailbox } from '../journal/mailbox-fold.ts'
import { mailboxName } from '../journal/mailbox-name.ts'
import type { ObjectChange } from '../journal/objects.ts'
import type { GiveWay } from '../packs/give-way.ts'
import { IndexPacker } from '../packs/index-packer.ts'
import type { LargeTexts } from '../ports/large-texts.ts'
import type { PackMemory } from '../packs/pack-memory.ts'
import type { BlobStore } from '../ports/blob-store.ts'
import type { JournalStore, NewMessage } from '../ports/journal-store.ts'
import { refuse, type Refused } from '../refusal.ts'
import { AccountJournal } from './account-journal.ts'
import { Appends } from './appends.ts'
import type { Received } from './incoming.ts'
import { flagChange } from './flag-change.ts'
import type { CacheBudget } from './index-cache.ts'
import type { AccountState, BodySource, CopyAnswer, MailAccount, NewMail, SharedMail, Sifted, Usage } from './mail-account.ts'
import { MessageReader } from './message-reader.ts'
import { OwnIncoming } from './own-incoming.ts'
import { planAnnotate, planCreate, planDelete, planExpunge, planFurniture, planObjects, planRename, planReplace, type Plan } from './plans.ts'
import { planFounding, planMember } from './share-plans.ts'
import { RecentUsage } from './recent-usage.ts'
import { SnapshotWriter } from './snapshot-writer.ts'
import { threadKey } from './thread-key.ts'
import { perEvent, positionsOf, rangesAt, rangesOf } from './uid-ranges.ts'

export interface AccountPorts {
  readonly store: JournalStore
  readonly blobs: BlobStore
  readonly sealing: Sealing
  readonly clock: Clock
  readonly log: Log
  readonly messageBytesMax: number
  readonly cacheBudget: CacheBudget
  readonly packMemory: PackMemory
  readonly giveWay: GiveWay
  readonly largeTexts?: LargeTexts
}

/**
 * Entries of all mailboxes together. A copy shares the row of its message and meets no quota; it takes memory wherever the
 * account is open.
 */
export const entriesMax = 4_000_000

const done = { is: 'done' } as const

/** A person's account, or a shared mailbox's. */
export type AccountKind = 'person' | 'share'

interface Filed {
  readonly is: 'done'
  readonly uidValidity: number
  readonly uids: readonly Uid[]
}

/** Flags we keep, each once, as many as an event holds. */
const keptFlags = (flags: readonly string[]): readonly string[] =>
  [...new Set(flags.flatMap((flag) => knownFlag(flag) ?? []))].slice(0, flagsPerEventMax)

const entriesIn = ({ mailboxes }: AccountState): number => {
  let entries = 0
  for (const { messages } of mailboxes.values()) entries += messages.count
  return entries
}

interface FiledRow {
  readonly row: NewMessage
  readonly index: MessageIndex | undefined
}

export class OpenAccount implements MailAccount {
  readonly account: AccountHandle
  readonly #ports: AccountPorts
  readonly #journal: AccountJournal
  readonly #appends: Appends
  readonly #snapshots: SnapshotWriter
  readonly #reader: MessageReader
  readonly #packer: IndexPacker
  readonly #incoming: OwnIncoming
  readonly #room: RecentUsage
  readonly #listeners = new Set<(state: AccountState) => void>()
  #told: AccountState
  #writing: Promise<void> | undefined
  #packing: Promise<void> | undefined
  #closed = false

  private constructor(journal: AccountJournal, ports: AccountPorts) {
    this.account = journal.account
    this.#ports = ports
    this.#journal = journal
    this.#appends = new Appends(journal, () => this.#moved())
    this.#snapshots = new SnapshotWriter(journal, ports)
    this.#reader = new MessageReader(journal.account, journal.ring, ports)
    const { shelf, sheets } = this.#reader
    this.#packer = new IndexPacker({ account: journal.account, ring: journal.ring, shelf, sheets, state: () => journal.state() }, ports)
    this.#incoming = new OwnIncoming(journal.account, ports)
    this.#room = new RecentUsage(() => this.usage(), ports.clock)
    this.#told = journal.state()
  }

  /** Takes the private key for its own. Rejects with a `Fault`, the key wiped. A share has no mailboxes but those it was given. */
  static async open(account: AccountHandle, privateKey: Secret<Buffer>, ports: AccountPorts, of: AccountKind = 'person'): Promise<OpenAccount> {
    const journal = await AccountJournal.load(account, ports, privateKey)
    const open = new OpenAccount(journal, ports)
    try {
      if (of === 'person') await open.#appends.decided((state) => planFurniture(state, ports.clock.now()))
    } catch (fault) {
      journal.ring.wipe()
      throw fault
    }
    return open
  }

  /** No operation may follow. Waits for those under way. */
  async close(): Promise<void> {
    assert(!this.#closed, 'an account is closed once')
    this.#closed = true
    await this.#journal.exclusive(async () => undefined)
    await this.#writing
    if (this.#snapshots.wanted('close')) await this.#writeSnapshot()
    this.#listeners.clear()
    await this.#packing
    await this.#reader[Symbol.asyncDispose]()
    this.#journal.ring.wipe()
  }

  get largeTexts(): LargeTexts | undefined {
    return this.#ports.largeTexts
  }

  state(): FoldedAccount {
    return this.#journal.state()
  }

  async refresh(): Promise<AccountState> {
    this.#ports.giveWay.asked()
    return this.follow()
  }

  /** As `refresh`, where nobody waits for it. */
  async follow(): Promise<AccountState> {
    await this.#appends.refresh()
    return this.state()
  }

  shared(): readonly SharedMail[] {
    return []
  }

  watch(listener: (state: AccountState) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  #moved(): void {
    const state = this.state()
    if (state === this.#told) return
    this.#told = state
    this.#snapshots.noteDead()
    if (!this.#closed && this.#writing === undefined && this.#snapshots.wanted('open')) {
      this.#writing = this.#writeSnapshot().finally(() => {
        this.#writing = undefined
      })
    }
    for (const listener of this.#listeners) {
      try {
        listener(state)
      } catch (bug) {
        this.#ports.log.error('listenerFailed', bug)
      }
    }
  }

  /** Whether enough messages are in no pack to be worth it. */
  packingWanted(): boolean {
    return !this.#closed && this.#packer.wanted()
  }

  /** Packs index records in the background, one turn at a time. Never rejects; stops at the next pack when the account closes. */
  pack(): Promise<void> {
    this.#packing ??= this.#packer.work(() => this.#closed)
      .catch((fault: unknown) => this.#ports.log.error('packingFailed', fault))
      .finally(() => {
        this.#packing = undefined
      })
    return this.#packing
  }

  /** A snapshot only saves time later: that one fails is told and lives on as a longer tail. */
  async #writeSnapshot(): Promise<void> {
    try {
      await this.#snapshots.write()
    } catch (fault) {
      this.#ports.log.error('snapshotFailed', fault)
    }
  }

  async createMailbox(name: string, specialUse: SpecialUse | null): ReturnType<MailAccount['createMailbox']> {
    const decided = await this.#appends.decided((state) => planCreate(state, name, specialUse, this.#ports.clock.now()))
    return decided.is === 'appended' ? { is: 'done', mailbox: decided.answer } : decided
  }

  async deleteMailbox(name: string): ReturnType<MailAccount['deleteMailbox']> {
    const decided = await this.#appends.decided((state) => planDelete(state, name))
    return decided.is === 'appended' ? done : decided
  }

  async renameMailbox(from: string, to: string): ReturnType<MailAccount['renameMailbox']> {
    const decided = await this.#appends.decided((state) => planRename(state, from, to, this.#ports.clock.now()))
    return decided.is === 'appended' ? done : decided
  }

  async subscribe(text: string, on: boolean): Promise<void> {
    const name = mailboxName(text)
    if (name === undefined || this.state().subscriptions.has(name) === on) return
    await this.#appends.anyHead([{ kind: 'subscribed', name, on }])
  }

  async incoming(sizeBytes: number, sizeBytesMax = sizeBytes): ReturnType<MailAccount['incoming']> {
    if (sizeBytes > this.#ports.messageBytesMax) return refuse('tooLarge')
    if (!(await this.#room.hasRoom(sizeBytes))) return refuse('overQuota')
    return this.#incoming.begin(Math.min(sizeBytesMax, this.#ports.messageBytesMax))
  }

  async appendMessages(mailbox: MailboxId, messages: readonly NewMail[]): ReturnType<MailAccount['appendMessages']> {
    return this.#file(mailbox, messages, (state, arrival) => (state.mailboxes.has(mailbox) ? arrival : refuse('noSuchMailbox')))
  }

  async replaceMessage(from: MailboxId, uid: Uid, to: MailboxId, message: NewMail): ReturnType<MailAccount['replaceMessage']> {
    const filed = await this.#file(to, [message], (state, arrival) => planReplace(state, from, uid, to, arrival))
    if (filed.is === 'refused') return filed
    const [given] = filed.uids
    assert(given !== undefined, 'what was appended has a UID')
    return { is: 'done', uidValidity: filed.uidValidity, uid: given }
  }

  /** Ends the messages' way in, and appends what `decide` makes of their arrival. */
  async #file<R extends Refused>(
    mailbox: MailboxId,
    messages: readonly NewMail[],
    decide: (state: FoldedAccount, arrival: Plan<undefined>) => Plan<undefined> | R,
  ): Promise<Filed | R | Refused<'overQuota'>> {
    this.#ports.giveWay.asked()
    const received: Received[] = []
    try {
      for (const { incoming } of messages) received.push(await this.#incoming.finish(incoming))
      const rows = await this.#incoming.rows(received, this.#journal.ring.own)
      const arrival = this.#arrival(mailbox, messages, rows.map((row, at) => ({ row, index: received[at]?.index })))
      const appended = await this.#appends.arriving((state) => decide(state, arrival), rows)
      if (appended.is === 'refused') {
        await this.#incoming.drop(rows)
        return appended
      }
      const arrived = appended.outcomes.filter((outcome) => outcome.is === 'arrived')
      return { is: 'done', uidValidity: arrived[0]?.uidValidity ?? 0, uids: arrived.map(({ uid }) => uid) }
    } finally {
      for (const one of received) await one.discard()
      for (const { incoming } of messages) await incoming.discard()
    }
  }

  #arrival(mailbox: MailboxId, messages: readonly NewMail[], filed: readonly FiledRow[]): Plan<undefined> {
    const atMs = this.#ports.clock.now()
    const events = filed.map(({ row: { message, sizeBytes }, index }, at): JournalEvent => ({
      kind: 'arrived',
      mailbox,
      message,
      sizeBytes,
      internalDateMs: messages[at]?.internalDateMs ?? 0,
      flags: keptFlags(messages[at]?.flags ?? []),
      atMs,
      thread: index === undefined ? null : threadKey(this.account, message, index.overview),
    }))
    const addsBytes = filed.reduce((sum, { row }) => sum + row.sizeBytes, 0)
    return { is: 'append', events, addsBytes, addsMessages: filed.length, answer: undefined }
  }

  async #mailbox(id: MailboxId): Promise<FoldedMailbox | undefined> {
    const known = this.state().mailboxes.get(id)
    if (known !== undefined) return known
    await this.refresh()
    return this.state().mailboxes.get(id)
  }

  async copyMessages(from: MailboxId, uids: UidRanges, to: MailboxId): ReturnType<MailAccount['copyMessages']> {
    return this.#transfer('copied', from, uids, to)
  }

  async moveMessages(from: MailboxId, uids: UidRanges, to: MailboxId): ReturnType<MailAccount['moveMessages']> {
    return this.#transfer('moved', from, uids, to)
  }

  async #transfer(kind: 'copied' | 'moved', from: MailboxId, uids: UidRanges, to: MailboxId): Promise<CopyAnswer | Refused<'noSuchMailbox' | 'overQuota'>> {
    const target = await this.#mailbox(to)
    const source = await this.#mailbox(from)
    if (source === undefined || target === undefined) return refuse('noSuchMailbox')
    const positions = positionsOf(source.messages, uids)
    if (positions.length === 0) return { is: 'done', uidValidity: target.uidValidity, uids: [] }
    if (kind === 'copied' && entriesIn(this.state()) + positions.length > entriesMax) return refuse('overQuota')
    const tight = rangesAt(source.messages, positions)
    const atMs = this.#ports.clock.now()
    const outcomes = await this.#appends.anyHead(perEvent(tight).map((some) => ({ kind, from, uids: some, to, atMs })))
    const transferred = outcomes.filter((outcome) => outcome.is === 'transferred')
    if (transferred.length < outcomes.length) return refuse('noSuchMailbox')
    return { is: 'done', uidValidity: target.uidValidity, uids: transferred.flatMap((outcome) => outcome.uids) }
  }

  async storeFlags(
    id: MailboxId,
    uids: UidRanges,
    mode: FlagMode,
    flags: readonly string[],
    unchangedSince?: ModSeq,
  ): ReturnType<MailAccount['storeFlags']> {
    const mailbox = await this.#mailbox(id)
    if (mailbox === undefined) return refuse('noSuchMailbox')
    const kept = keptFlags(flags)
    const { newer, changing } = flagChange(mailbox.messages, uids, { mode, flags: kept, unchangedSince: unchangedSince ?? null })
    const events = perEvent(rangesAt(mailbox.messages, changing)).map((some): JournalEvent =>
      ({ kind: 'flagged', mailbox: id, uids: some, mode, flags: kept, unchangedSince: unchangedSince ?? null }))
    const outcomes = events.length > 0 ? await this.#appends.anyHead(events) : []
    if (!this.state().mailboxes.has(id)) return refuse('noSuchMailbox')
    const left = outcomes.flatMap((outcome) => (outcome.is === 'flagged' ? outcome.left : []))
    return { is: 'done', modified: rangesOf([...newer, ...left]) }
  }

  async expunge(mailbox: MailboxId, uids: UidRanges | null, which: 'deleted' | 'always'): ReturnType<MailAccount['expunge']> {
    const decided = await this.#appends.decided((state) => planExpunge(state, mailbox, uids, which))
    if (decided.is === 'refused') return decided
    return { is: 'done', uids: decided.outcomes.flatMap((outcome) => (outcome.is === 'expunged' ? outcome.uids : [])) }
  }

  async annotate(mailbox: MailboxId | null, entries: readonly Annotation[]): ReturnType<MailAccount['annotate']> {
    const decided = await this.#appends.decided((state) => planAnnotate(state, mailbox, entries))
    return decided.is === 'appended' ? done : decided
  }

  async setObjects(changes: readonly ObjectChange[], ifUnchangedSince?: ModSeq): ReturnType<MailAccount['setObjects']> {
    const decided = await this.#appends.decided((state) => planObjects(state, changes, ifUnchangedSince))
    return decided.is === 'appended' ? done : decided
  }

  identities(sealed: readonly Uint8Array[]): readonly string[] {
    return sealed.map((one) => this.#journal.ring.openIdentity(this.account, one))
  }

  async setUidls(id: MailboxId, uidls: readonly (readonly [Uid, string])[]): ReturnType<MailAccount['setUidls']> {
    const mailbox = await this.#mailbox(id)
    if (mailbox === undefined) return refuse('noSuchMailbox')
    const some = uidls.filter(([uid, uidl]) => isUidl(uidl) && mailbox.messages.indexOf(uid) >= 0)
    const events = Array.from({ length: Math.ceil(some.length / uidlsPerEventMax) }, (_, at): JournalEvent =>
      ({ kind: 'uidlsSet', mailbox: id, uidls: some.slice(at * uidlsPerEventMax, (at + 1) * uidlsPerEventMax) }))
    if (events.length > 0) await this.#appends.anyHead(events)
    return done
  }

  indexes(messages: readonly MessageId[], sections?: readonly IndexSection[]): AsyncIterable<MessageIndex | undefined> {
    this.#ports.giveWay.asked()
    return this.#reader.indexes(messages, sections)
  }

  indexBatches(messages: readonly MessageId[] | Uint8Array, sections: readonly IndexSection[]): AsyncIterable<readonly (MessageIndex | undefined)[]> {
    this.#ports.giveWay.asked()
    return this.#reader.indexBatches(messages, sections)
  }

  sifted(messages: readonly MessageId[] | Uint8Array, needles: readonly Needle[]): Promise<Sifted> {
    this.#ports.giveWay.asked()
    return this.#reader.sifted(messages, needles)
  }

  body(message: MessageId): Promise<BodySource | undefined> {
    this.#ports.giveWay.asked()
    return this.#reader.body(message)
  }

  bodies(messages: readonly MessageId[]): Promise<readonly (BodySource | undefined)[]> {
    this.#ports.giveWay.asked()
    return this.#reader.bodies(messages)
  }

  /** Makes the mailbox of a new share, and its owner. */
  async foundShare(name: string, owner: AclChange): Promise<void> {
    const decided = await this.#appends.decided((state) => planFounding(state, name, owner, this.#ports.clock.now()))
    assert(decided.is === 'appended', 'a new share takes any name that was checked')
  }

  /** Changes what a member of this share may do. */
  async setMember(change: AclChange): Promise<{ readonly is: 'done' } | Refused<'tooManyMembers'>> {
    const decided = await this.#appends.decided((state) => planMember(state, change))
    return decided.is === 'appended' ? done : decided
  }

  get publicKey(): Buffer {
    return this.#journal.ring.publicKey
  }

  /** The account's private key, sealed to whom it is shared with. */
  sealKeyTo(publicKey: Uint8Array, use: string): Buffer {
    return this.#journal.ring.sealKeyTo(publicKey, use)
  }

  /** Another's private key that was sealed to this account. Throws `Fault('corrupt')`. */
  openKey(use: string, sealed: Uint8Array): Secret<Buffer> {
    return this.#journal.ring.openKey(use, sealed)
  }

  sealToken(use: string, plain: Uint8Array): Buffer {
    return this.#ports.sealing.sealRecord(this.#journal.ring.own, 'token', `${this.account} ${use}`, plain)
  }

  openToken(use: string, sealed: Uint8Array): Buffer | undefined {
    return this.#journal.ring.openRecord('token', `${this.account} ${use}`, sealed)?.plain
  }

  members(): null {
    return null
  }

  async setRights(): Promise<Refused<'notShared'>> {
    return refuse('notShared')
  }

  async usage(): Promise<Usage> {
    const usage = await this.#ports.store.usage(this.account)
    if (usage === undefined) throw new Fault('storageFailed', 'noSuchAccount')
    return usage
  }
}
