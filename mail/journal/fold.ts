/**
 * The state of an account is a pure fold over its journal: deterministic, and total. An event that does not apply (its
 * mailbox is gone, its name is taken, it could not even be read) folds to nothing; it never throws. UIDs are given
 * here and nowhere else. Every level of a mailbox's name exists, and the INBOX always does.
 */
import { assert } from '@bulkhead/base/assert.ts'
import type { AccountHandle, MailboxId, MessageId, ModSeq, Uid } from '@bulkhead/base/ids.ts'
import type { AccountState } from '../account/mail-account.ts'
import { withMember, type Acl } from './acl.ts'
import { annotated, annotationsBytesMax, bytesOf, type Annotations } from './annotations.ts'
import { ChangeLog, mailboxChanged, mailboxMade, mailboxWent, nothingChanged, type ChangeRecords } from './change-log.ts'
import { lowAt } from './columns.ts'
import type { FiledInto, JournalEvent } from './event.ts'
import { filedId, inboxId, inboxUidValidity } from './inbox.ts'
import { draftBit, keywordTable, sharedBit } from './keywords.ts'
import { MailboxFold, type Common, type FoldedMailbox, type MailboxFacts, type MailboxStart, type TouchedSegments, type UidPair } from './mailbox-fold.ts'
import { inboxName, mailboxName, superiorOf } from './mailbox-name.ts'
import { noObjects, ObjectsFold, type AllObjects, type TouchedObjects } from './objects.ts'

export const mailboxesMax = 2_000
export const subscriptionsMax = 4_000
const uidValidityMax = 0xffff_ffff

/** What became of an event, for whoever appended it. */
export type Outcome =
  | { readonly is: 'nothing' }
  | { readonly is: 'done' }
  | { readonly is: 'arrived'; readonly mailbox: MailboxId; readonly uidValidity: number; readonly uid: Uid }
  | { readonly is: 'transferred'; readonly uidValidity: number; readonly uids: readonly UidPair[] }
  /** `left`: those that had changed since. */
  | { readonly is: 'flagged'; readonly left: readonly Uid[] }
  | { readonly is: 'expunged'; readonly uids: readonly Uid[] }

const saveDateOf = (atMs: number): number => Math.min(Math.floor(atMs / 1_000), 0xffff_ffff)

const nothing: Outcome = { is: 'nothing' }
const done: Outcome = { is: 'done' }

export interface FoldedAccount extends AccountState {
  readonly mailboxes: ReadonlyMap<MailboxId, FoldedMailbox>
  readonly inbox: FoldedMailbox
  byName(name: string): FoldedMailbox | undefined
  readonly keywords: readonly string[]
  readonly changes: ChangeRecords
  /** Who may what, where the account is a shared mailbox; empty: it is a person's. */
  readonly acl: Acl
  /** Of the kinds that there ever were objects of. */
  readonly objectLists: AllObjects
  /** The highest UIDVALIDITY given to a mailbox made by an event; 0 where there never was one. */
  readonly uidValidityLast: number
}

/** A message that no mailbox holds any more. `draftBytes`: of one that was a draft, else null. */
export interface Dead {
  readonly message: MessageId
  readonly draftBytes: number | null
}

/** Snapshot segments that changed since they were last taken. */
export interface Touched {
  /** Of the log of changes. */
  readonly changes: ReadonlySet<number>
  readonly mailboxes: ReadonlyMap<MailboxId, TouchedSegments>
  readonly annotations: boolean
  readonly acl: boolean
  readonly objects: TouchedObjects
}

/** What a snapshot brings back. */
export interface FoldStart {
  readonly seq: ModSeq
  readonly uidValidityLast: number
  readonly keywords: readonly string[]
  readonly subscriptions: readonly string[]
  readonly annotations: Annotations
  readonly acl: Acl
  readonly objects: AllObjects
  readonly changes: ChangeRecords
  /** In the order of their making, INBOX first. */
  readonly mailboxes: readonly ({ readonly facts: MailboxFacts } & MailboxStart)[]
}

type Of<K extends JournalEvent['kind']> = Extract<JournalEvent, { kind: K }>

const emptyStart = (account: AccountHandle): Omit<FoldStart, 'mailboxes'> & { readonly inbox: MailboxFacts } => ({
  seq: 0 as ModSeq,
  uidValidityLast: 0,
  keywords: [],
  subscriptions: [inboxName],
  annotations: new Map(),
  acl: new Map(),
  objects: new Map(),
  changes: nothingChanged(0),
  inbox: {
    id: inboxId(account),
    name: inboxName,
    specialUse: null,
    uidValidity: inboxUidValidity(account),
    uidNext: 1,
    highestModSeq: 0 as ModSeq,
    keywordsUsed: { low: 0, high: 0 },
  },
})

export class AccountFold {
  readonly #common: Common
  readonly #mailboxes = new Map<MailboxId, MailboxFold>()
  readonly #byName = new Map<string, MailboxFold>()
  readonly #inbox: MailboxFold
  #subscriptions: ReadonlySet<string>
  #annotations: Annotations
  #annotationsTouched = false
  #acl: Acl
  #aclTouched = false
  readonly #objects: ObjectsFold
  #seq: ModSeq
  #uidValidityLast: number
  #state: FoldedAccount | undefined
  /** Messages whose last entry went, and those that may have others. */
  #dead: Dead[] = []
  readonly #perhapsDead = new Map<MessageId, Dead>()

  constructor(account: AccountHandle, start?: FoldStart) {
    const empty = emptyStart(account)
    const { seq, uidValidityLast, keywords, subscriptions, annotations, acl, objects, changes } = start ?? empty
    this.#seq = seq
    this.#uidValidityLast = uidValidityLast
    this.#common = { keywords: keywordTable(keywords), changes: new ChangeLog(changes) }
    this.#subscriptions = new Set(subscriptions)
    this.#annotations = annotations
    this.#acl = acl
    this.#objects = new ObjectsFold(objects)
    for (const mailbox of start?.mailboxes ?? []) this.#put(new MailboxFold(mailbox.facts, this.#common, mailbox))
    const inbox = this.#mailboxes.get(empty.inbox.id) ?? new MailboxFold(empty.inbox, this.#common)
    this.#inbox = inbox
    this.#put(inbox)
  }

  get seq(): ModSeq {
    return this.#seq
  }

  #note(kind: typeof mailboxMade | typeof mailboxChanged | typeof mailboxWent, mailbox: MailboxId): void {
    this.#common.changes.mailbox(kind, mailbox, this.#seq)
  }

  #put(mailbox: MailboxFold): void {
    this.#mailboxes.set(mailbox.id, mailbox)
    this.#byName.set(mailbox.name, mailbox)
  }

  /** Folds the next event; `undefined` is one that could not be read. */
  apply(seq: ModSeq, event: JournalEvent | undefined): Outcome {
    assert(seq === this.#seq + 1, 'events are folded in order, none left out')
    this.#seq = seq
    this.#state = undefined
    return event === undefined ? nothing : this.#apply(event)
  }

  #apply(event: JournalEvent): Outcome {
    switch (event.kind) {
      case 'mailboxCreated':
        return this.#created(event)
      case 'mailboxRenamed':
        return this.#renamed(event)
      case 'mailboxDeleted':
        return this.#deleted(event)
      case 'subscribed':
        return this.#subscribed(event)
      case 'arrived':
        return this.#arrived(event, event.mailbox === null ? undefined : this.#mailboxes.get(event.mailbox))
      case 'filed':
        return this.#arrived(event, this.#mailboxFor(event.into, event.message))
      case 'placed':
        return this.#placed(event)
      case 'copied':
      case 'moved':
        return this.#transferred(event)
      case 'flagged':
        return this.#flagged(event)
      case 'expunged':
        return this.#expunged(event)
      case 'annotated':
        return this.#annotated(event)
      case 'uidlsSet':
        return this.#uidlsSet(event)
      case 'aclSet':
        return this.#aclSet(event)
      case 'objectsSet':
        this.#objects.apply(event.changes, this.#seq)
        return done
    }
  }

  /** A name that may be given to a new mailbox now. */
  #freeName(text: string): string | undefined {
    const name = mailboxName(text)
    if (name === undefined || this.#byName.has(name)) return undefined
    const superior = superiorOf(name)
    return superior === undefined || this.#byName.has(superior) ? name : undefined
  }

  /** UIDVALIDITY ascends from mailbox to mailbox, so that none is ever given twice, not even for the same name. */
  #created(event: Of<'mailboxCreated'>): Outcome {
    const name = this.#freeName(event.name)
    if (name === undefined || this.#mailboxes.size >= mailboxesMax || this.#mailboxes.has(event.mailbox)) return nothing
    const uidValidity = Math.max(Math.min(event.uidValidity, 0x7fff_ffff), this.#uidValidityLast + 1)
    if (uidValidity > uidValidityMax) return nothing
    this.#uidValidityLast = uidValidity
    const facts: MailboxFacts = {
      id: event.mailbox,
      name,
      specialUse: event.specialUse,
      uidValidity,
      uidNext: 1,
      highestModSeq: this.#seq,
      keywordsUsed: { low: 0, high: 0 },
    }
    this.#put(new MailboxFold(facts, this.#common))
    this.#note(mailboxMade, facts.id)
    return done
  }

  /** Made where there is none yet; its identity follows from the message that needed it. */
  #mailboxFor({ specialUse, name: text }: FiledInto, message: MessageId): MailboxFold | undefined {
    const name = mailboxName(text)
    const used = specialUse === null ? undefined : [...this.#mailboxes.values()].find((one) => one.use === specialUse)
    const found = used ?? (name === undefined ? undefined : this.#byName.get(name))
    if (found !== undefined || name === undefined) return found
    const mailbox = filedId(message)
    this.#created({ kind: 'mailboxCreated', mailbox, name, uidValidity: this.#uidValidityLast + 1, specialUse })
    return this.#mailboxes.get(mailbox)
  }

  #inferiorsOf(mailbox: MailboxFold): readonly MailboxFold[] {
    const above = `${mailbox.name}/`
    return [...this.#mailboxes.values()].filter((other) => other.name.startsWith(above))
  }

  /** Takes the inferiors along (RFC 9051 section 6.3.6). */
  #renamed(event: Of<'mailboxRenamed'>): Outcome {
    const mailbox = this.#mailboxes.get(event.mailbox)
    const name = this.#freeName(event.name)
    if (mailbox === undefined || mailbox === this.#inbox || name === undefined) return nothing
    const from = mailbox.name
    if (name.startsWith(`${from}/`)) return nothing
    const all = [mailbox, ...this.#inferiorsOf(mailbox)]
    const renamed = all.map((one) => ({ one, to: `${name}${one.name.slice(from.length)}` }))
    if (renamed.some(({ to }) => mailboxName(to) !== to)) return nothing
    for (const one of all) this.#byName.delete(one.name)
    for (const { one, to } of renamed) {
      one.rename(to)
      this.#byName.set(to, one)
      this.#note(mailboxChanged, one.id)
    }
    return done
  }

  #deleted({ mailbox: id }: Of<'mailboxDeleted'>): Outcome {
    const mailbox = this.#mailboxes.get(id)
    if (mailbox === undefined || mailbox === this.#inbox || this.#inferiorsOf(mailbox).length > 0) return nothing
    mailbox.expungeAll(this.#seq, this.#noteGone)
    this.#mailboxes.delete(id)
    this.#byName.delete(mailbox.name)
    this.#note(mailboxWent, id)
    return done
  }

  #subscribed({ name: text, on }: Of<'subscribed'>): Outcome {
    const name = mailboxName(text)
    if (name === undefined || this.#subscriptions.has(name) === on) return nothing
    if (on && this.#subscriptions.size >= subscriptionsMax) return nothing
    const next = new Set(this.#subscriptions)
    if (on) next.add(name)
    else next.delete(name)
    this.#subscriptions = next
    const mailbox = this.#byName.get(name)
    if (mailbox !== undefined) this.#note(mailboxChanged, mailbox.id)
    return done
  }

  /** A message for a mailbox that is gone goes to the INBOX: no mail is lost. */
  #arrived(event: Of<'arrived'> | Of<'filed'>, named: MailboxFold | undefined): Outcome {
    return this.#enters(event, named ?? this.#inbox, { shared: 0, isNew: true })
  }

  #placed(event: Of<'placed'>): Outcome {
    const { into } = event
    const known = typeof into === 'string' ? this.#mailboxes.get(into) : into === null ? undefined : this.#mailboxFor(into, event.message)
    const mailbox = known ?? this.#inbox
    if (!event.first && mailbox.newest === event.message) return nothing
    return this.#enters(event, mailbox, { shared: sharedBit, isNew: event.first })
  }

  /** `shared`: the bit where the message may have other entries. */
  #enters(event: Of<'arrived' | 'filed' | 'placed'>, mailbox: MailboxFold, { shared, isNew }: { shared: number; isNew: boolean }): Outcome {
    const { low, high } = this.#common.keywords.bitsOf(event.flags, true)
    const entry = {
      modSeq: this.#seq, sizeBytes: event.sizeBytes, dateMs: event.internalDateMs, saveDate: saveDateOf(event.atMs), low: (low | shared) >>> 0, high,
    }
    const uid = mailbox.arrive(event.message, event.thread, entry, isNew)
    if (uid === undefined) return nothing
    return { is: 'arrived', mailbox: mailbox.id, uidValidity: mailbox.uidValidity, uid }
  }

  #transferred({ kind, from, to, uids, atMs }: Of<'copied' | 'moved'>): Outcome {
    const source = this.#mailboxes.get(from)
    const target = this.#mailboxes.get(to)
    if (source === undefined || target === undefined) return nothing
    const transfer = { seq: this.#seq, saveDate: saveDateOf(atMs) }
    const pairs = kind === 'copied' ? target.copyFrom(source, uids, transfer) : target.moveFrom(source, uids, transfer)
    return { is: 'transferred', uidValidity: target.uidValidity, uids: pairs }
  }

  #flagged({ mailbox, uids, mode, flags, unchangedSince }: Of<'flagged'>): Outcome {
    const target = this.#mailboxes.get(mailbox)
    if (target === undefined) return nothing
    const bits = this.#common.keywords.bitsOf(flags, mode !== 'remove')
    return { is: 'flagged', left: target.flag(uids, { mode, bits, unchangedSince }, this.#seq) }
  }

  #expunged({ mailbox, uids }: Of<'expunged'>): Outcome {
    const target = this.#mailboxes.get(mailbox)
    if (target === undefined) return nothing
    return { is: 'expunged', uids: target.expunge(uids, this.#seq, this.#noteGone) }
  }

  #annotated({ mailbox: id, entries }: Of<'annotated'>): Outcome {
    const mailbox = id === null ? null : this.#mailboxes.get(id)
    if (mailbox === undefined) return nothing
    let used = bytesOf(this.#annotations)
    for (const one of this.#mailboxes.values()) used += one.annotationBytes
    if (mailbox === null) this.#annotations = annotated(this.#annotations, entries, annotationsBytesMax - used)
    else {
      mailbox.annotate(entries, annotationsBytesMax - used)
      this.#note(mailboxChanged, mailbox.id)
    }
    this.#annotationsTouched = true
    return done
  }

  #uidlsSet({ mailbox, uidls }: Of<'uidlsSet'>): Outcome {
    const target = this.#mailboxes.get(mailbox)
    if (target === undefined) return nothing
    target.setUidls(uidls)
    return done
  }

  #aclSet(event: Of<'aclSet'>): Outcome {
    const acl = withMember(this.#acl, event)
    if (acl === this.#acl) return nothing
    this.#acl = acl
    this.#aclTouched = true
    return done
  }

  readonly #noteGone = (message: MessageId, low: number, sizeBytes: number): void => {
    const dead: Dead = { message, draftBytes: (low & draftBit) === 0 ? null : sizeBytes }
    if ((low & sharedBit) === 0) this.#dead.push(dead)
    else this.#perhapsDead.set(message, dead)
  }

  /** Messages that no mailbox holds any more, each told once. */
  takeDead(): readonly Dead[] {
    const dead = this.#dead
    this.#dead = []
    if (this.#perhapsDead.size > 0) {
      const alive = stillHeld(this.state(), new Set(this.#perhapsDead.keys()))
      for (const one of this.#perhapsDead.values()) if (!alive.has(one.message)) dead.push(one)
      this.#perhapsDead.clear()
    }
    return dead
  }

  /** Which segments changed since the last call. `giveBackTouched` where they could not be written after all. */
  takeTouched(): Touched {
    const mailboxes = new Map([...this.#mailboxes.values()].map((mailbox) => [mailbox.id, mailbox.takeTouched()]))
    const [annotations, acl] = [this.#annotationsTouched, this.#aclTouched]
    const { touched } = this.#common.changes
    const changes = new Set(touched)
    touched.clear()
    this.#annotationsTouched = false
    this.#aclTouched = false
    return { mailboxes, annotations, acl, changes, objects: this.#objects.takeTouched() }
  }

  giveBackTouched({ mailboxes, annotations, acl, changes, objects }: Touched): void {
    for (const number of changes) this.#common.changes.touched.add(number)
    for (const [id, segments] of mailboxes) this.#mailboxes.get(id)?.giveBackTouched(segments)
    this.#annotationsTouched ||= annotations
    this.#aclTouched ||= acl
    this.#objects.giveBackTouched(objects)
  }

  /** The account as it is now, never to change. */
  state(): FoldedAccount {
    this.#state ??= this.#publish()
    return this.#state
  }

  #publish(): FoldedAccount {
    const mailboxes = new Map([...this.#mailboxes].map(([id, mailbox]) => [id, mailbox.state()]))
    const byName = new Map([...mailboxes.values()].map((mailbox) => [mailbox.name, mailbox]))
    const objectLists = this.#objects.published()
    const state: FoldedAccount = {
      seq: this.#seq,
      get own() {
        return state
      },
      mailboxes,
      byName: (name) => byName.get(name) ?? byName.get(mailboxName(name) ?? ''),
      inbox: this.#inbox.state(),
      subscriptions: this.#subscriptions,
      annotations: this.#annotations,
      acl: this.#acl,
      objects: (kind) => objectLists.get(kind) ?? noObjects,
      objectLists,
      keywords: [...this.#common.keywords.names()],
      changes: this.#common.changes.publish(),
      uidValidityLast: this.#uidValidityLast,
    }
    return state
  }
}

/** Which of `messages` have an entry in some mailbox. Looks only at entries marked as shared. */
export const stillHeld = (state: FoldedAccount, messages: ReadonlySet<MessageId>): ReadonlySet<MessageId> => {
  const held = new Set<MessageId>()
  for (const { messages: list } of state.mailboxes.values()) {
    for (let at = 0; at < list.count; at += 1) {
      if ((lowAt(list.columns, at) & sharedBit) === 0) continue
      const message = list.messageId(at)
      if (messages.has(message)) held.add(message)
    }
  }
  return held
}
