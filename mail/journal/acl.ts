/**
 * Access control (RFC 4314) as a shared mailbox's journal keeps it: who may what, by account; identifiers are only how
 * people write them. The first one named is the owner, who keeps every right.
 */
import type { AccountHandle } from '@bulkhead/base/ids.ts'

/** In the order of RFC 4314 section 2.1. */
export const everyRight = 'lrswipkxtea'
/** What makes a mailbox visible: looking it up and reading it go together. */
export const visibleRights = 'lr'
/** Owner and members of one shared mailbox. */
export const membersMax = 100
export const identifierOctetsMax = 320

export interface Member {
  /** An address, in its canonical form. */
  readonly identifier: string
  /** Of `everyRight`, in its order. */
  readonly rights: string
}

/** In the order they came, the owner first. */
export type Acl = ReadonlyMap<AccountHandle, Member>

/** Letters of `everyRight`, each once and in its order. */
export const inOrder = (rights: string): string => [...everyRight].filter((right) => rights.includes(right)).join('')

export const ownerOf = (acl: Acl): readonly [AccountHandle, Member] | undefined => acl.entries().next().value

export interface AclChange extends Member {
  readonly member: AccountHandle
}

/** Rights without the means to see the mailbox are none. The owner's stay whole. */
export const withMember = (acl: Acl, { member, identifier, rights: given }: AclChange): Acl => {
  const owner = ownerOf(acl)?.[0]
  const rights = owner === undefined || owner === member ? everyRight : inOrder(given)
  const isVisible = [...visibleRights].every((right) => rights.includes(right))
  if (!isVisible && !acl.has(member)) return acl
  if (isVisible && !acl.has(member) && acl.size >= membersMax) return acl
  const next = new Map(acl)
  if (isVisible) next.set(member, { identifier, rights })
  else next.delete(member)
  return next
}
