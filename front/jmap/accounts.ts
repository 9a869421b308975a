/** The accounts of a session (RFC 8620 section 1.6.2): the person's own, and each mailbox that is shared with the person (ADR 0011). */
import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import { accountId } from '@bulkhead/wire/jmap/ids.ts'
import { stateText } from '@bulkhead/wire/jmap/state.ts'

export interface JmapAccount {
  readonly id: string
  readonly name: string
  readonly isPersonal: boolean
  readonly isReadOnly: boolean
  /** Address of who shares it; null: the own account. */
  readonly owner: string | null
  readonly mail: MailAccount
}

/** Letters of RFC 4314 that change something JMAP shows. */
const changingRights = 'switxe'

/** The own one first, then the shared ones in an order that stays. */
export const accountsOf = (account: MailAccount, login: string): readonly JmapAccount[] => [
  { id: accountId(account.account), name: login, isPersonal: true, isReadOnly: false, owner: null, mail: account },
  ...account.shared().map(({ name, owner, rights, mail }): JmapAccount => ({
    id: accountId(mail.account),
    name: `${name} (${owner})`,
    isPersonal: false,
    isReadOnly: ![...changingRights].some((right) => rights.includes(right)),
    owner,
    mail,
  })),
]

/** Undefined where the session has none of this id: it is looked up among its own, never opened by it. */
export const accountWithId = (account: MailAccount, id: string): MailAccount | undefined =>
  id === accountId(account.account) ? account : account.shared().find(({ mail }) => accountId(mail.account) === id)?.mail

/** Where all of a session's accounts are: what a client comes back with, to be told what it missed. */
export const pushStateOf = (account: MailAccount): string =>
  [account, ...account.shared().map(({ mail }) => mail)].map((one) => stateText(one.state().own.seq)).join('-')

/** Types that a shared mailbox has; what a person keeps beside mail is not in it. */
const sharedTypes = new Set(['Mailbox', 'MailboxShare', 'Thread', 'Email', 'SearchSnippet', 'Quota', 'Blob', 'MessageView', 'Content', 'Report'])
const changing = new Set(['set', 'import', 'copy'])

/** Whether a method may be asked of a shared account at all. */
export const isOfShared = (method: string): boolean => sharedTypes.has(method.slice(0, method.indexOf('/')))

/** Blobs are made by who may read as well: they change nothing of the mailbox. */
export const isChanging = (method: string): boolean => {
  const [type, verb = ''] = method.split('/')
  return type !== 'Blob' && changing.has(verb)
}
