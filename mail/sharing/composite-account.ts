/**
 * An account together with the mailboxes shared with it, as one `MailAccount`: front ends just see more mailboxes. This is
 * the one place where rights (RFC 4314) are enforced: a mailbox that may not be read is not in the state, and every change
 * of a shared one passes here. An account without shares pays nothing: its own state is given as it is.
 */
import type { AccountHandle, MailboxId, MessageId, ModSeq, Uid } from '@bulkhead/base/ids.ts'
import { indexSections } from '@bulkhead/wire/mime/index-codec.ts'
import type { IndexSection, MessageIndex } from '@bulkhead/wire/mime/message-index.ts'
import type { Needle } from '@bulkhead/wire/text/digest.ts'
import { without } from '../account/uid-ranges.ts'
import type { AccountState, BodySource, MailAccount, NewMail, RightsChange, SharedMail, Sifted, Usage } from '../account/mail-account.ts'
import type { OpenAccount } from '../account/open-account.ts'
import { everyRight, ownerOf, type Member } from '../journal/acl.ts'
import type { Annotation, FlagMode, SpecialUse, UidRanges } from '../journal/event.ts'
import type { ObjectChange } from '../journal/objects.ts'
import type { LargeTexts } from '../ports/large-texts.ts'
import type { HeldShare } from '../ports/share-directory.ts'
import { refuse } from '../refusal.ts'
import { FoundMessages } from './found-messages.ts'
import { copyBetween, moveBetween, type Refiling } from './refile.ts'
import { has, storable, storesEveryFlag } from './rights.ts'
import { RightsGiver } from './rights-giver.ts'
import { SharedAccount } from './shared-account.ts'
import { composed, isBelowShared, sharedName } from './shared-state.ts'
import { mailboxOf, Shares, type Share, type SharingPorts } from './shares.ts'

/** A share has the quota of whoever made it, and no more than this. */
export const shareBytesMax = 1024 * 1024 * 1024

/** Where a mailbox lies, and what this session may do there. */
interface Place {
  readonly mail: MailAccount
  readonly rights: string
  readonly share: Share | undefined
}

export class CompositeAccount implements MailAccount {
  readonly account: AccountHandle
  readonly #own: OpenAccount
  readonly #login: string
  readonly #shares: Shares
  readonly #messages: FoundMessages
  readonly #giver: RightsGiver
  readonly #listeners = new Set<(state: AccountState) => void>()
  readonly #stopWatching: () => void
  /** For as long as a share is open it is one account, with the states it has shown. */
  readonly #asAccounts = new WeakMap<Share, SharedAccount>()
  /** As composed last, and of what. */
  #state: { readonly of: readonly AccountState[]; readonly whole: AccountState } | undefined

  /** `login`: canonical address, by which others know the account. */
  constructor(own: OpenAccount, login: string, ports: SharingPorts) {
    this.account = own.account
    this.#own = own
    this.#login = login
    this.#shares = new Shares(own, ports, () => this.#tell())
    this.#messages = new FoundMessages(() => [own, ...this.#shares.all().filter((share) => this.#maySee(share)).map(({ mail }) => mail)])
    this.#giver = new RightsGiver(own.account, this.#shares, ports)
    this.#stopWatching = own.watch(() => this.#tell())
  }

  /** Opens the shares there are; before, the account is as without them. Never rejects. `found`: asked already. */
  load(found?: Promise<readonly HeldShare[]>): Promise<void> {
    return this.#shares.look(found)
  }

  async close(): Promise<void> {
    this.#stopWatching()
    this.#listeners.clear()
    await this.#shares.close()
  }

  #maySee({ mail }: Share): boolean {
    return mail.state().acl.has(this.account)
  }

  state(): AccountState {
    const own = this.#own.state()
    if (this.#shares.size === 0) return own
    const shares = this.#shares.all()
    const of = [own, ...shares.map(({ mail }) => mail.state())]
    if (this.#state === undefined || this.#state.of.length !== of.length || this.#state.of.some((state, at) => state !== of[at])) {
      this.#state = { of, whole: composed(own, this.account, shares) }
    }
    return this.#state.whole
  }

  async refresh(): Promise<AccountState> {
    await this.#shares.upToDate()
    await Promise.all([this.#own, ...this.#shares.all().map(({ mail }) => mail)].map((mail) => mail.refresh()))
    return this.state()
  }

  shared(): readonly SharedMail[] {
    if (this.#shares.size === 0) return []
    return this.#shares.all().flatMap((share): readonly SharedMail[] => {
      const { acl } = share.mail.state()
      const [rights, mailbox] = [acl.get(this.account)?.rights, mailboxOf(share)]
      if (rights === undefined || mailbox === undefined) return []
      const mail = this.#asAccounts.get(share) ?? new SharedAccount(share, this)
      this.#asAccounts.set(share, mail)
      return [{ name: mailbox.name, owner: ownerOf(acl)?.[1].identifier ?? '', rights, mail }]
    })
  }

  watch(listener: (state: AccountState) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  #tell(): void {
    const state = this.state()
    for (const listener of this.#listeners) listener(state)
  }

  /** Undefined where a mailbox is not, or may not be seen. */
  #place(mailbox: MailboxId): Place | undefined {
    const share = this.#shares.with(mailbox)
    if (share === undefined) return { mail: this.#own, rights: everyRight, share }
    const rights = share.mail.state().acl.get(this.account)?.rights
    return rights === undefined ? undefined : { mail: share.mail, rights, share }
  }

  #shareNamed(name: string): { readonly share: Share; readonly rights: string; readonly inner: string } | undefined {
    const mailbox = this.state().byName(name)
    const share = mailbox === undefined ? undefined : this.#shares.with(mailbox.id)
    const inner = share === undefined ? undefined : mailboxOf(share)?.name
    return mailbox === undefined || share === undefined || inner === undefined ? undefined : { share, rights: mailbox.rights, inner }
  }

  async createMailbox(name: string, specialUse: SpecialUse | null): ReturnType<MailAccount['createMailbox']> {
    if (!isBelowShared(name)) return this.#own.createMailbox(name, specialUse)
    const inner = sharedName(name)
    if (inner === undefined || specialUse !== null) return refuse('badMailboxName')
    await this.#shares.look()
    if (this.state().byName(name) !== undefined) return refuse('mailboxExists')
    const { quotaBytes, quotaMessages } = await this.#own.usage()
    const quota = { bytes: Math.min(quotaBytes ?? shareBytesMax, shareBytesMax), messages: quotaMessages }
    const made = await this.#shares.make(inner, this.#login, quota)
    const mailbox = made === 'tooMany' ? undefined : mailboxOf(made)
    return mailbox === undefined ? refuse('tooManyMailboxes') : { is: 'done', mailbox: mailbox.id }
  }

  async deleteMailbox(name: string): ReturnType<MailAccount['deleteMailbox']> {
    const named = this.#shareNamed(name)
    if (named === undefined) return this.#own.deleteMailbox(name)
    if (!has(named.rights, 'x')) return refuse('noPermission')
    const deleted = await named.share.mail.deleteMailbox(named.inner)
    if (deleted.is === 'done') await this.#shares.remove(named.share)
    return deleted
  }

  async renameMailbox(from: string, to: string): ReturnType<MailAccount['renameMailbox']> {
    const named = this.#shareNamed(from)
    if (named === undefined) return isBelowShared(to) ? refuse('badMailboxName') : this.#own.renameMailbox(from, to)
    const inner = sharedName(to)
    if (inner === undefined) return refuse('badMailboxName')
    if (!has(named.rights, 'x')) return refuse('noPermission')
    return this.state().byName(to) === undefined ? named.share.mail.renameMailbox(named.inner, inner) : refuse('mailboxExists')
  }

  subscribe(name: string, on: boolean): Promise<void> {
    return this.#own.subscribe(name, on)
  }

  incoming(sizeBytes: number, sizeBytesMax?: number): ReturnType<MailAccount['incoming']> {
    return this.#own.incoming(sizeBytes, sizeBytesMax)
  }

  /** Flags that may not be stored there are left out (RFC 4314 section 4). */
  async appendMessages(mailbox: MailboxId, messages: readonly NewMail[]): ReturnType<MailAccount['appendMessages']> {
    const place = this.#place(mailbox)
    const why = place === undefined ? 'noSuchMailbox' : has(place.rights, 'i') ? undefined : 'noPermission'
    if (place === undefined || why !== undefined) {
      for (const { incoming } of messages) await incoming.discard()
      return refuse(why ?? 'noSuchMailbox')
    }
    return place.mail.appendMessages(mailbox, messages.map((mail) => ({ ...mail, flags: storable(place.rights, mail.flags) })))
  }

  async replaceMessage(from: MailboxId, uid: Uid, to: MailboxId, message: NewMail): ReturnType<MailAccount['replaceMessage']> {
    const [source, target] = [this.#place(from), this.#place(to)]
    if (source === undefined || target === undefined) return this.#refused(message, 'noSuchMailbox')
    if (!has(source.rights, 'te') || !has(target.rights, 'i')) return this.#refused(message, 'noPermission')
    const mail = { ...message, flags: storable(target.rights, message.flags) }
    if (source.mail === target.mail) return source.mail.replaceMessage(from, uid, to, mail)
    const messages = source.mail.state().mailboxes.get(from)?.messages
    if (messages === undefined || messages.indexOf(uid) < 0) return this.#refused(message, 'expunged')
    const filed = await target.mail.appendMessages(to, [mail])
    if (filed.is === 'refused') return filed
    const gone = await source.mail.expunge(from, [[uid, uid]], 'always')
    return gone.is === 'refused' ? gone : { is: 'done', uidValidity: filed.uidValidity, uid: filed.uids[0] ?? (0 as Uid) }
  }

  async #refused<R extends 'noSuchMailbox' | 'noPermission' | 'expunged'>({ incoming }: NewMail, why: R) {
    await incoming.discard()
    return refuse(why)
  }

  async copyMessages(from: MailboxId, uids: UidRanges, to: MailboxId): ReturnType<MailAccount['copyMessages']> {
    const [source, target] = [this.#place(from), this.#place(to)]
    if (source === undefined || target === undefined) return refuse('noSuchMailbox')
    if (!has(target.rights, 'i')) return refuse('noPermission')
    if (source.mail === target.mail) return source.mail.copyMessages(from, uids, to)
    const refiling = this.#refiling({ from, source, uids, to, target })
    return refiling === undefined ? refuse('noSuchMailbox') : copyBetween(refiling)
  }

  async moveMessages(from: MailboxId, uids: UidRanges, to: MailboxId): ReturnType<MailAccount['moveMessages']> {
    const [source, target] = [this.#place(from), this.#place(to)]
    if (source === undefined || target === undefined) return refuse('noSuchMailbox')
    if (!has(target.rights, 'i') || !has(source.rights, 'te')) return refuse('noPermission')
    if (source.mail === target.mail) return source.mail.moveMessages(from, uids, to)
    const refiling = this.#refiling({ from, source, uids, to, target })
    return refiling === undefined ? refuse('noSuchMailbox') : moveBetween(refiling)
  }

  #refiling({ from, source, uids, to, target }: Transfer): Refiling | undefined {
    const mailbox = source.mail.state().mailboxes.get(from)
    return mailbox === undefined ? undefined : { from: source.mail, source: mailbox, uids, to: target.mail, target: to, rights: target.rights }
  }

  /** Some of the flags may be enough: RFC 4314 section 4 would not have a STORE refused for the others. */
  async storeFlags(
    mailbox: MailboxId,
    uids: UidRanges,
    mode: FlagMode,
    flags: readonly string[],
    unchangedSince?: ModSeq,
  ): ReturnType<MailAccount['storeFlags']> {
    const place = this.#place(mailbox)
    if (place === undefined) return refuse('noSuchMailbox')
    const { mail, rights } = place
    if (storesEveryFlag(rights)) return mail.storeFlags(mailbox, uids, mode, flags, unchangedSince)
    const mine = storable(rights, flags)
    if (mode !== 'replace') return mine.length === 0 ? refuse('noPermission') : mail.storeFlags(mailbox, uids, mode, mine, unchangedSince)
    const known = mail.state().mailboxes.get(mailbox)?.keywords ?? []
    const wanted = new Set(mine.map((flag) => flag.toLowerCase()))
    const others = storable(rights, known).filter((flag) => !wanted.has(flag.toLowerCase()))
    if (mine.length + others.length === 0) return refuse('noPermission')
    const removed = await mail.storeFlags(mailbox, uids, 'remove', others, unchangedSince)
    if (removed.is === 'refused' || mine.length === 0) return removed
    const added = await mail.storeFlags(mailbox, without(uids, removed.modified), 'add', mine)
    return added.is === 'refused' ? added : removed
  }

  async expunge(mailbox: MailboxId, uids: UidRanges | null, which: 'deleted' | 'always'): ReturnType<MailAccount['expunge']> {
    const place = this.#place(mailbox)
    if (place === undefined) return refuse('noSuchMailbox')
    return has(place.rights, which === 'always' ? 'te' : 'e') ? place.mail.expunge(mailbox, uids, which) : refuse('noPermission')
  }

  /** Private entries belong to one person, and a share's journal to all: only `/shared/` ones are kept there. */
  async annotate(mailbox: MailboxId | null, entries: readonly Annotation[]): ReturnType<MailAccount['annotate']> {
    const place = mailbox === null ? undefined : this.#place(mailbox)
    if (mailbox !== null && place === undefined) return refuse('noSuchMailbox')
    if (place?.share === undefined) return this.#own.annotate(mailbox, entries)
    const may = has(place.rights, 'w') && entries.every(({ entry }) => entry.startsWith('/shared/'))
    return may ? place.mail.annotate(mailbox, entries) : refuse('noPermission')
  }

  setObjects(changes: readonly ObjectChange[], ifUnchangedSince?: ModSeq): ReturnType<MailAccount['setObjects']> {
    return this.#own.setObjects(changes, ifUnchangedSince)
  }

  identities(sealed: readonly Uint8Array[]): readonly string[] {
    return this.#own.identities(sealed)
  }

  async setUidls(mailbox: MailboxId, uidls: readonly (readonly [Uid, string])[]): ReturnType<MailAccount['setUidls']> {
    return this.#shares.with(mailbox) === undefined ? this.#own.setUidls(mailbox, uidls) : refuse('noPermission')
  }

  async *indexes(messages: readonly MessageId[], sections?: readonly IndexSection[]): AsyncGenerator<MessageIndex | undefined> {
    if (this.#shares.size === 0) yield* this.#own.indexes(messages, sections)
    else for await (const batch of this.#messages.indexBatches(messages, sections ?? indexSections)) yield* batch
  }

  get largeTexts(): LargeTexts | undefined {
    return this.#own.largeTexts
  }

  indexBatches(messages: readonly MessageId[] | Uint8Array, sections: readonly IndexSection[]): AsyncIterable<readonly (MessageIndex | undefined)[]> {
    return this.#shares.size === 0 ? this.#own.indexBatches(messages, sections) : this.#messages.indexBatches(messages, sections)
  }

  sifted(messages: readonly MessageId[] | Uint8Array, needles: readonly Needle[]): Promise<Sifted> {
    return this.#shares.size === 0 ? this.#own.sifted(messages, needles) : this.#messages.sifted(messages, needles)
  }

  async body(message: MessageId): Promise<BodySource | undefined> {
    return (await this.bodies([message]))[0]
  }

  bodies(messages: readonly MessageId[]): Promise<readonly (BodySource | undefined)[]> {
    return this.#shares.size === 0 ? this.#own.bodies(messages) : this.#messages.bodies(messages)
  }

  sealToken(use: string, plain: Uint8Array): Buffer {
    return this.#own.sealToken(use, plain)
  }

  openToken(use: string, sealed: Uint8Array): Buffer | undefined {
    return this.#own.openToken(use, sealed)
  }

  members(mailbox: MailboxId): readonly Member[] | null {
    const share = this.#shares.with(mailbox)
    return share === undefined ? null : [...share.mail.state().acl.values()]
  }

  async setRights(mailbox: MailboxId, identifier: string, change: RightsChange): ReturnType<MailAccount['setRights']> {
    const place = this.#place(mailbox)
    if (place === undefined) return refuse('noSuchMailbox')
    if (place.share === undefined) return refuse('notShared')
    return has(place.rights, 'a') ? this.#giver.give(place.share, identifier, change) : refuse('noPermission')
  }

  usage(mailbox?: MailboxId): Promise<Usage> {
    const share = mailbox === undefined ? undefined : this.#shares.with(mailbox)
    return (share?.mail ?? this.#own).usage()
  }
}

interface Transfer {
  readonly from: MailboxId
  readonly source: Place
  readonly uids: UidRanges
  readonly to: MailboxId
  readonly target: Place
}
