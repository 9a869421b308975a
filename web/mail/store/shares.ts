/** Mailboxes that others share with the person, and the person with others: an account each, of one mailbox (ADR 0011). */
import { computed, signal } from '@preact/signals'
import { accountId, resource } from '../jmap/account.ts'
import { call } from '../jmap/client.ts'
import { errorType } from '../jmap/errors.ts'
import type { EmailRow, GetAnswer, Id, Mailbox } from '../jmap/types.ts'

export interface Share {
  readonly accountId: Id
  /** Address of who shares it. */
  readonly owner: string
  readonly mailbox: Mailbox
}

const webmailCapability = 'urn:bulkhead:jmap:webmail'

/** By account. */
export const shares = signal<ReadonlyMap<Id, Share>>(new Map())

/** The mailbox that an end of sharing took away, until it is told. */
export const endedShare = signal<Share | undefined>(undefined)

/** Counts change all the time; rows that ask whose they are look at this, which changes with who shares what. */
const pairs = computed(() => [...shares.value.values()].map(({ accountId: id, mailbox }) => `${mailbox.id} ${id}`).join('\n'))
const pairOf = (line: string): readonly (readonly [Id, Id])[] => {
  const [mailbox, account] = line.split(' ')
  return mailbox === undefined || account === undefined ? [] : [[mailbox, account]]
}
const accountByMailbox = computed(() => new Map(pairs.value.split('\n').flatMap(pairOf)))

export const accountOfMailbox = (mailboxId: Id): Id => accountByMailbox.value.get(mailboxId) ?? accountId()

/** The id where it is of a shared mailbox. */
export const sharedMailboxId = (text: string | null): Id | undefined => (text !== null && accountByMailbox.value.has(text) ? text : undefined)

export const shareOfMailbox = (mailboxId: Id | undefined): Share | undefined =>
  mailboxId === undefined ? undefined : shares.value.get(accountByMailbox.value.get(mailboxId) ?? '')

/** An Email of a share is in its one mailbox, one of the own account in none of them. */
export const accountOfRow = ({ mailboxIds }: Pick<EmailRow, 'mailboxIds'>): Id => {
  for (const id of Object.keys(mailboxIds)) return accountOfMailbox(id)
  return accountId()
}

/** Accounts of the session that are shared, with their owners. */
export const sharedAccounts = (): ReadonlyMap<Id, string> => {
  const all = Object.entries(resource.peek()?.accounts ?? {}).filter(([, { isPersonal }]) => isPersonal === false)
  return new Map(all.map(([id, { name, accountCapabilities }]) => {
    const owner = accountCapabilities[webmailCapability]?.['owner']
    return [id, typeof owner === 'string' ? owner : name]
  }))
}

const drop = (id: Id): void => {
  const gone = shares.peek().get(id)
  if (gone === undefined) return
  shares.value = new Map([...shares.peek()].filter(([other]) => other !== id))
  endedShare.value = gone
}

/** One that may not be seen any more is dropped; what can't be asked now stays as it is. */
const loadShare = async (id: Id, owner: string): Promise<void> => {
  try {
    const { list } = await call<GetAnswer<Mailbox>>('Mailbox/get', { accountId: id, ids: null })
    const [mailbox] = list
    if (mailbox === undefined) return drop(id)
    const known = shares.peek().get(id)
    if (JSON.stringify(known?.mailbox) === JSON.stringify(mailbox) && known?.owner === owner) return undefined
    shares.value = new Map([...shares.peek(), [id, { accountId: id, owner, mailbox }]])
  } catch (error) {
    if (errorType(error) === 'accountNotFound') return drop(id)
  }
  return undefined
}

/** Of the accounts that the session has now; those that it has no more go. */
export const loadShares = async (): Promise<void> => {
  const now = sharedAccounts()
  for (const id of shares.peek().keys()) if (!now.has(id)) drop(id)
  await Promise.all([...now].map(([id, owner]) => loadShare(id, owner)))
}

export const refreshShare = async (id: Id): Promise<void> => {
  const owner = sharedAccounts().get(id)
  if (owner !== undefined) await loadShare(id, owner)
}

const collator = new Intl.Collator('ja', { numeric: true })

/** By whose they are; `owner` null: the person's own, which come first. */
export const shareGroups = computed(() => {
  const login = resource.value?.username ?? ''
  const groups = new Map<string | null, Share[]>()
  for (const share of shares.value.values()) {
    const owner = share.owner === login ? null : share.owner
    groups.set(owner, [...(groups.get(owner) ?? []), share])
  }
  return [...groups]
    .toSorted(([one], [other]) => (one === null ? -1 : other === null ? 1 : collator.compare(one, other)))
    .map(([owner, list]) => ({ owner, list: list.toSorted((a, b) => collator.compare(a.mailbox.name, b.mailbox.name)) }))
})
