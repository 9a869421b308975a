/** Conditions of a Mailbox's filter and what Mailboxes are sorted by (RFC 8621 section 2.3). */
import { propertyOf, type JsonObject } from '../json.ts'
import { BadValue, boolean, id, nullable, text, type Reader } from '../readers.ts'

/** Absent: nothing is asked of it. */
export interface MailboxCondition {
  readonly parentId?: string | null
  readonly name?: string
  readonly role?: string | null
  readonly hasAnyRole?: boolean
  readonly isSubscribed?: boolean
}

const readers: { readonly [K in keyof MailboxCondition]-?: Reader<NonNullable<MailboxCondition[K]> | null> } = {
  parentId: nullable(id),
  name: text(1_024),
  role: nullable(text(64)),
  hasAnyRole: boolean,
  isSubscribed: boolean,
}

export const mailboxCondition = (condition: JsonObject, path: string): MailboxCondition =>
  Object.fromEntries(Object.keys(condition).map((name) => {
    if (!Object.hasOwn(readers, name)) throw new BadValue(`${path}/${name}`, 'is no condition of a Mailbox')
    return [name, readers[name as keyof MailboxCondition](propertyOf(condition, name), `${path}/${name}`)]
  }))

export const mailboxSorts = ['sortOrder', 'name', 'parentId'] as const
export type MailboxSort = (typeof mailboxSorts)[number]
