/** A mailbox as JMAP has it (RFC 8621 section 2): a name of one level below a parent, a role, an order, all of them kept as IMAP keeps them. */
import type { MailboxId } from '@bulkhead/base/ids.ts'
import type { SpecialUse } from '../journal/event.ts'
import type { FoldedAccount } from '../journal/fold.ts'
import type { FoldedMailbox } from '../journal/mailbox-fold.ts'
import { superiorOf } from '../journal/mailbox-name.ts'

const useOfRole = { archive: '\\Archive', drafts: '\\Drafts', junk: '\\Junk', sent: '\\Sent', trash: '\\Trash' } as const satisfies Record<string, SpecialUse>
export type GivenRole = keyof typeof useOfRole
export type Role = GivenRole | 'inbox'

export const givenRoles = Object.keys(useOfRole) as readonly GivenRole[]
export const specialUseOf = (role: GivenRole): SpecialUse => useOfRole[role]

/** Entries of METADATA (RFC 5464, RFC 6154 section 4) that hold what a mailbox's name does not. */
export const roleEntry = '/private/specialuse'
export const sortOrderEntry = '/private/vendor/bulkhead/sortorder'
/** As the one without children that is made first; a name cannot hold it. */
export const nameSeparator = '/'

/** Where nobody said otherwise: mailboxes with a role first. */
const sortOrders: Readonly<Record<Role, number>> = { inbox: 1, drafts: 2, sent: 3, archive: 4, junk: 5, trash: 6 }
const otherSortOrder = 10
export const sortOrderMax = 2 ** 31 - 1

export interface JmapMailbox {
  readonly mailbox: FoldedMailbox
  /** Its last level. */
  readonly name: string
  readonly parentId: MailboxId | null
  readonly role: Role | null
  readonly sortOrder: number
  readonly isSubscribed: boolean
}

const orderOf = ({ annotations }: FoldedMailbox, role: Role | null): number => {
  const text = annotations.get(sortOrderEntry)?.toString('latin1') ?? ''
  if (/^\d{1,10}$/.test(text)) return Math.min(Number(text), sortOrderMax)
  return role === null ? otherSortOrder : sortOrders[role]
}

const lastLevel = (name: string): string => name.slice(name.lastIndexOf(nameSeparator) + 1)

/** Of two mailboxes with one use only the first has the role. */
const rolesIn = ({ mailboxes, inbox }: FoldedAccount): ReadonlyMap<MailboxId, Role> => {
  const roles = new Map<MailboxId, Role>([[inbox.id, 'inbox']])
  for (const role of givenRoles) {
    const found = [...mailboxes.values()].find(({ specialUse, id }) => specialUse === useOfRole[role] && id !== inbox.id)
    if (found !== undefined) roles.set(found.id, role)
  }
  return roles
}

const byState = new WeakMap<FoldedAccount, readonly JmapMailbox[]>()

/** In the order they were made, INBOX first. */
export const mailboxesIn = (state: FoldedAccount): readonly JmapMailbox[] => {
  const known = byState.get(state)
  if (known !== undefined) return known
  const roles = rolesIn(state)
  const made = [...state.mailboxes.values()].map((mailbox): JmapMailbox => {
    const superior = superiorOf(mailbox.name)
    const role = roles.get(mailbox.id) ?? null
    return {
      mailbox,
      name: role === 'inbox' ? 'Inbox' : lastLevel(mailbox.name),
      parentId: superior === undefined ? null : (state.byName(superior)?.id ?? null),
      role,
      sortOrder: orderOf(mailbox, role),
      isSubscribed: state.subscriptions.has(mailbox.name),
    }
  })
  byState.set(state, made)
  return made
}
