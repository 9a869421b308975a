/**
 * A shared mailbox as an account of its own, as JMAP shows it (RFC 8620 section 1.6.2): its journal's state with one mailbox, as this session may see it.
 * What changes something goes through the composite account, where rights are enforced; what reads is read from the share.
 */
import type { AccountHandle, MailboxId, MessageId, ModSeq, Uid } from '@bulkhead/base/ids.ts'
import type { IndexSection, MessageIndex } from '@bulkhead/wire/mime/message-index.ts'
import type { Needle } from '@bulkhead/wire/text/digest.ts'
import type { BodySource, MailAccount, NewMail, RightsChange, SharedMail, Sifted, Usage } from '../account/mail-account.ts'
import { ownerOf, type Member } from '../journal/acl.ts'
import type { Annotation, FlagMode, UidRanges } from '../journal/event.ts'
import type { FoldedAccount } from '../journal/fold.ts'
import type { FoldedMailbox } from '../journal/mailbox-fold.ts'
import { noObjects } from '../journal/objects.ts'
import type { LargeTexts } from '../ports/large-texts.ts'
import { refuse } from '../refusal.ts'
import { sharedAnnotations, sharedPrefix } from './shared-state.ts'
import { mailboxOf, type Share } from './shares.ts'

const nowhere = 'a mailbox that may not be seen any more' as MailboxId

/** As made last, and of what. */
interface Shown {
  readonly of: FoldedAccount
  readonly rights: string
  readonly subscribed: boolean
  readonly state: FoldedAccount
}

export class SharedAccount implements MailAccount {
  readonly account: AccountHandle
  readonly #share: Share
  /** The person's account with all that is shared with it. */
  readonly #whole: MailAccount
  #shown: Shown | undefined

  constructor(share: Share, whole: MailAccount) {
    this.account = share.share
    this.#share = share
    this.#whole = whole
  }

  #rights(): string {
    return this.#share.mail.state().acl.get(this.#whole.account)?.rights ?? ''
  }

  /** As the composite account calls it. */
  #outerName(): string | undefined {
    const id = mailboxOf(this.#share)?.id
    return id === undefined ? undefined : this.#whole.state().mailboxes.get(id)?.name
  }

  /** Who lost the right to read it sees nothing of it. */
  state(): FoldedAccount {
    const of = this.#share.mail.state()
    const rights = this.#rights()
    const subscribed = this.#whole.state().subscriptions.has(this.#outerName() ?? '')
    if (this.#shown?.of !== of || this.#shown.rights !== rights || this.#shown.subscribed !== subscribed) {
      this.#shown = { of, rights, subscribed, state: shownState(of, rights === '' ? undefined : mailboxOf(this.#share), { rights, subscribed }) }
    }
    return this.#shown.state
  }

  async refresh(): Promise<FoldedAccount> {
    await this.#whole.refresh()
    return this.state()
  }

  watch(listener: (state: FoldedAccount) => void): () => void {
    let told = this.state()
    return this.#whole.watch(() => {
      const state = this.state()
      if (state === told) return
      told = state
      listener(state)
    })
  }

  shared(): readonly SharedMail[] {
    return []
  }

  createMailbox(): ReturnType<MailAccount['createMailbox']> {
    return Promise.resolve(refuse('noPermission'))
  }

  async deleteMailbox(): ReturnType<MailAccount['deleteMailbox']> {
    const name = this.#outerName()
    return name === undefined ? refuse('noSuchMailbox') : this.#whole.deleteMailbox(name)
  }

  async renameMailbox(_from: string, to: string): ReturnType<MailAccount['renameMailbox']> {
    const name = this.#outerName()
    return name === undefined ? refuse('noSuchMailbox') : this.#whole.renameMailbox(name, `${sharedPrefix}${to}`)
  }

  async subscribe(_name: string, on: boolean): Promise<void> {
    const name = this.#outerName()
    if (name !== undefined) await this.#whole.subscribe(name, on)
  }

  incoming(sizeBytes: number, sizeBytesMax?: number): ReturnType<MailAccount['incoming']> {
    return this.#whole.incoming(sizeBytes, sizeBytesMax)
  }

  appendMessages(mailbox: MailboxId, messages: readonly NewMail[]): ReturnType<MailAccount['appendMessages']> {
    return this.#whole.appendMessages(this.#mine(mailbox), messages)
  }

  replaceMessage(from: MailboxId, uid: Uid, to: MailboxId, message: NewMail): ReturnType<MailAccount['replaceMessage']> {
    return this.#whole.replaceMessage(this.#mine(from), uid, this.#mine(to), message)
  }

  copyMessages(from: MailboxId, uids: UidRanges, to: MailboxId): ReturnType<MailAccount['copyMessages']> {
    return this.#whole.copyMessages(this.#mine(from), uids, this.#mine(to))
  }

  moveMessages(from: MailboxId, uids: UidRanges, to: MailboxId): ReturnType<MailAccount['moveMessages']> {
    return this.#whole.moveMessages(this.#mine(from), uids, this.#mine(to))
  }

  storeFlags(mailbox: MailboxId, uids: UidRanges, mode: FlagMode, flags: readonly string[], since?: ModSeq): ReturnType<MailAccount['storeFlags']> {
    return this.#whole.storeFlags(this.#mine(mailbox), uids, mode, flags, since)
  }

  expunge(mailbox: MailboxId, uids: UidRanges | null, which: 'deleted' | 'always'): ReturnType<MailAccount['expunge']> {
    return this.#whole.expunge(this.#mine(mailbox), uids, which)
  }

  async annotate(mailbox: MailboxId | null, entries: readonly Annotation[]): ReturnType<MailAccount['annotate']> {
    return mailbox === null ? refuse('noPermission') : this.#whole.annotate(this.#mine(mailbox), entries)
  }

  setUidls(mailbox: MailboxId, uidls: readonly (readonly [Uid, string])[]): ReturnType<MailAccount['setUidls']> {
    return this.#whole.setUidls(this.#mine(mailbox), uidls)
  }

  /** What a person keeps beside mail is in the person's own account. */
  setObjects(): ReturnType<MailAccount['setObjects']> {
    return Promise.resolve(refuse('conflict'))
  }

  identities(): readonly string[] {
    return []
  }

  indexes(messages: readonly MessageId[], sections?: readonly IndexSection[]): AsyncIterable<MessageIndex | undefined> {
    return this.#share.mail.indexes(this.#readable(messages), sections)
  }

  get largeTexts(): LargeTexts | undefined {
    return this.#whole.largeTexts
  }

  indexBatches(messages: readonly MessageId[] | Uint8Array, sections: readonly IndexSection[]): AsyncIterable<readonly (MessageIndex | undefined)[]> {
    return this.#share.mail.indexBatches(this.#readable(messages), sections)
  }

  sifted(messages: readonly MessageId[] | Uint8Array, needles: readonly Needle[]): Promise<Sifted> {
    return this.#share.mail.sifted(this.#readable(messages), needles)
  }

  async body(message: MessageId): Promise<BodySource | undefined> {
    return this.#rights() === '' ? undefined : this.#share.mail.body(message)
  }

  async bodies(messages: readonly MessageId[]): Promise<readonly (BodySource | undefined)[]> {
    return this.#rights() === '' ? messages.map(() => undefined) : this.#share.mail.bodies(messages)
  }

  members(mailbox: MailboxId): readonly Member[] | null {
    return this.#whole.members(this.#mine(mailbox))
  }

  setRights(mailbox: MailboxId, identifier: string, change: RightsChange): ReturnType<MailAccount['setRights']> {
    return this.#whole.setRights(this.#mine(mailbox), identifier, change)
  }

  sealToken(use: string, plain: Uint8Array): Buffer {
    return this.#whole.sealToken(use, plain)
  }

  openToken(use: string, sealed: Uint8Array): Buffer | undefined {
    return this.#whole.openToken(use, sealed)
  }

  usage(): Promise<Usage> {
    return this.#whole.usage(mailboxOf(this.#share)?.id ?? nowhere)
  }

  /** Through this account nothing but its own mailbox is reached, whatever the person may do elsewhere. */
  #mine(mailbox: MailboxId): MailboxId {
    return mailboxOf(this.#share)?.id === mailbox ? mailbox : nowhere
  }

  #readable<Ids extends readonly MessageId[] | Uint8Array>(messages: Ids): Ids {
    return this.#rights() === '' ? (messages.slice(0, 0) as Ids) : messages
  }
}

const shownState = (of: FoldedAccount, mailbox: FoldedMailbox | undefined, { rights, subscribed }: Pick<Shown, 'rights' | 'subscribed'>): FoldedAccount => {
  const owner = ownerOf(of.acl)?.[1].identifier ?? ''
  const seen = mailbox === undefined ? undefined : { ...mailbox, rights, owner, annotations: sharedAnnotations(mailbox.annotations) }
  const state: FoldedAccount = {
    ...of,
    get own() {
      return state
    },
    mailboxes: new Map(seen === undefined ? [] : [[seen.id, seen]]),
    byName: (name) => (seen?.name === name ? seen : undefined),
    subscriptions: new Set(subscribed && seen !== undefined ? [seen.name] : []),
    objects: () => noObjects,
  }
  return state
}
