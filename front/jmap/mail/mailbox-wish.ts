/** What a client wants a Mailbox to be (RFC 8621 section 2): read against what it is, and against the others. */
import type { MailboxId } from '@bulkhead/base/ids.ts'
import { givenRoles, nameSeparator, sortOrderMax, type GivenRole, type JmapMailbox } from '@bulkhead/mail/email/mailboxes.ts'
import { invalidProperties, type SetError } from '@bulkhead/wire/jmap/errors.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { BadValue, boolean, idOrCreation, nullable, oneOf, optional, orNull, readProperties, text, whole, type Reader } from '@bulkhead/wire/jmap/readers.ts'
import { resolvedId } from '@bulkhead/wire/jmap/set.ts'

const nameCharsMax = 255

const levelName: Reader<string> = (value, path) => {
  const name = text(nameCharsMax)(value, path)
  if (name.trim() === '' || name.includes(nameSeparator)) throw new BadValue(path, `a name without ${nameSeparator} is wanted`)
  return name
}

const shape = {
  name: levelName,
  parentId: orNull(idOrCreation),
  role: orNull(oneOf([...givenRoles, 'inbox'])),
  sortOrder: optional(nullable(whole(0, sortOrderMax)), null),
  isSubscribed: optional(boolean, false),
} as const

export interface MailboxWish {
  /** Of all levels. */
  readonly fullName: string
  readonly role: GivenRole | 'inbox' | null
  /** Null: as its role has it. */
  readonly sortOrder: number | null
  readonly isSubscribed: boolean
}

export const isSetError = (value: object): value is SetError => 'type' in value

export interface Others {
  readonly all: readonly JmapMailbox[]
  readonly createdIds: ReadonlyMap<string, string>
}

/** `self`: the mailbox that is changed; null: it is to be made. */
export const mailboxWish = (wanted: JsonObject, { all, createdIds }: Others, self: MailboxId | null): MailboxWish | SetError => {
  const read = readProperties(wanted, shape)
  if (read.is === 'bad') return invalidProperties(read.properties, read.description)
  const { name, parentId, role, sortOrder, isSubscribed } = read.value
  const parent = parentId === null ? null : all.find(({ mailbox }) => mailbox.id === resolvedId(parentId, createdIds))
  if (parent === undefined) return invalidProperties(['parentId'], 'there is no such Mailbox')
  const isTaken = role !== null && all.some((other) => other.role === role && other.mailbox.id !== self)
  const isInbox = all.some((other) => other.mailbox.id === self && other.role === 'inbox')
  if (isTaken || (role === 'inbox' && !isInbox)) return invalidProperties(['role'], 'another Mailbox has this role')
  const fullName = parent === null ? name : `${parent.mailbox.name}${nameSeparator}${name}`
  return { fullName, role, sortOrder, isSubscribed }
}

/** What a patch is read over. */
export const writableOf = ({ name, parentId, role, isSubscribed, sortOrder }: JmapMailbox): JsonObject => ({ name, parentId, role, sortOrder, isSubscribed })
