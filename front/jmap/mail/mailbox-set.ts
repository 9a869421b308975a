/** Mailbox/set (RFC 8621 section 2.5): each change is an operation that IMAP has too, so both see the same. */
import type { MailboxId } from '@bulkhead/base/ids.ts'
import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import { countsOf } from '@bulkhead/mail/email/counts.ts'
import { emailsIn } from '@bulkhead/mail/email/emails.ts'
import { mailboxesIn, roleEntry, sortOrderEntry, specialUseOf, type JmapMailbox } from '@bulkhead/mail/email/mailboxes.ts'
import type { Annotation } from '@bulkhead/mail/journal/event.ts'
import type { Refusal, Refused } from '@bulkhead/mail/refusal.ts'
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { invalidProperties, setError, type SetError } from '@bulkhead/wire/jmap/errors.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { boolean, optional } from '@bulkhead/wire/jmap/readers.ts'
import { requireState, resolvedId, setAnswer, setArguments, setOutcome, type SetArguments, type SetOutcome } from '@bulkhead/wire/jmap/set.ts'
import { stateText } from '@bulkhead/wire/jmap/state.ts'
import { answer, type Method, type MethodContext } from '../method.ts'
import { mailboxObject } from './mailbox-object.ts'
import { isSetError, mailboxWish, writableOf, type MailboxWish } from './mailbox-wish.ts'

const errors: Partial<Readonly<Record<Refusal, SetError>>> = {
  mailboxExists: invalidProperties(['name'], 'there is one with this name'),
  badMailboxName: invalidProperties(['name'], 'this can not be its name'),
  tooManyMailboxes: setError('overQuota', 'there are as many as there may be'),
  tooManyAnnotations: setError('overQuota'),
  annotationTooLarge: setError('overQuota'),
  noSuchMailbox: setError('notFound'),
  hasChildren: setError('mailboxHasChild'),
  inboxStays: setError('forbidden', 'the Inbox stays'),
  noPermission: setError('forbidden'),
}

const errorOf = ({ why }: Refused): SetError => errors[why] ?? setError('serverFail')

const known = (account: MailAccount): readonly JmapMailbox[] => mailboxesIn(account.state().own)
const withId = (account: MailAccount, id: string | undefined): JmapMailbox | undefined => known(account).find(({ mailbox }) => mailbox.id === id)

/** Entries of METADATA that make it so; null takes one away. */
const entriesFor = (wish: MailboxWish, now: JmapMailbox | undefined): readonly Annotation[] => {
  const entries: Annotation[] = []
  if (wish.sortOrder !== (now?.sortOrder ?? null)) {
    entries.push({ entry: sortOrderEntry, value: wish.sortOrder === null ? null : Buffer.from(String(wish.sortOrder)) })
  }
  // A use that names none takes away the one the mailbox was made with.
  if (now !== undefined && wish.role !== now.role && wish.role !== 'inbox') {
    entries.push({ entry: roleEntry, value: Buffer.from(wish.role === null ? '' : specialUseOf(wish.role)) })
  }
  return entries
}

const describe = async (account: MailAccount, id: MailboxId, entries: readonly Annotation[]): Promise<SetError | undefined> => {
  if (entries.length === 0) return undefined
  const done = await account.annotate(id, entries)
  return done.is === 'refused' ? errorOf(done) : undefined
}

const created = (account: MailAccount, id: MailboxId): JsonObject => {
  const { own } = account.state()
  const place = known(account).findIndex(({ mailbox }) => mailbox.id === id)
  const mailbox = known(account)[place]
  const counts = countsOf(emailsIn(own))[place]
  return mailbox === undefined || counts === undefined ? { id } : mailboxObject(mailbox, counts)
}

const createOne = async (wanted: JsonObject, { account, createdIds }: MethodContext): Promise<JsonObject | SetError> => {
  const wish = mailboxWish(wanted, { all: known(account), createdIds }, null)
  if (isSetError(wish)) return wish
  const use = wish.role === null || wish.role === 'inbox' ? null : specialUseOf(wish.role)
  const made = await account.createMailbox(wish.fullName, use)
  if (made.is === 'refused') return errorOf(made)
  const failed = await describe(account, made.mailbox, entriesFor(wish, undefined))
  if (failed !== undefined) {
    await account.deleteMailbox(wish.fullName)
    return failed
  }
  if (wish.isSubscribed) await account.subscribe(wish.fullName, true)
  return created(account, made.mailbox)
}

/** Those whose parent is made in the same call come after it, in whatever order they are named. */
const createAll = async ({ create }: SetArguments, context: MethodContext, outcome: SetOutcome): Promise<void> => {
  const waiting = new Map(create)
  const waitsFor = (wanted: JsonObject): boolean => {
    const { parentId } = wanted
    return typeof parentId === 'string' && parentId.startsWith('#') && waiting.has(parentId.slice(1))
  }
  while (waiting.size > 0) {
    const ready = [...waiting].filter(([, wanted]) => !waitsFor(wanted))
    // Parents of each other: none of them can be made, and the reader says why.
    for (const [creation, wanted] of ready.length === 0 ? [...waiting] : ready) {
      const made = await createOne(wanted, context)
      waiting.delete(creation)
      if (isSetError(made)) outcome.notCreated.set(creation, made)
      else {
        outcome.created.set(creation, made)
        context.createdIds.set(creation, String(made['id']))
      }
    }
  }
}

/** Subscriptions are by name (RFC 9051 section 6.3.7): they go with the mailbox, and with those below it. */
const rename = async (account: MailAccount, from: string, to: string): Promise<SetError | undefined> => {
  const { subscriptions, mailboxes } = account.state().own
  const moved = [...mailboxes.values()].map(({ name }) => name).filter((name) => (name === from || name.startsWith(`${from}/`)) && subscriptions.has(name))
  const done = await account.renameMailbox(from, to)
  if (done.is === 'refused') return errorOf(done)
  for (const name of moved) {
    await account.subscribe(`${to}${name.slice(from.length)}`, true)
    await account.subscribe(name, false)
  }
  return undefined
}

/** Properties that only the server sets may be named where they say what is so. */
const withoutEqual = (patch: JsonObject, now: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(patch).filter(([name, value]) => !Object.hasOwn(now, name) || JSON.stringify(now[name]) !== JSON.stringify(value)))

const updateOne = async (id: string | undefined, patch: JsonObject, { account, createdIds }: MethodContext): Promise<SetError | undefined> => {
  const now = withId(account, id)
  if (now === undefined) return setError('notFound')
  const { mailbox } = now
  const wish = mailboxWish({ ...writableOf(now), ...withoutEqual(patch, created(account, mailbox.id)) }, { all: known(account), createdIds }, mailbox.id)
  if (isSetError(wish)) return wish
  if (now.role === 'inbox') {
    const wrong = (['name', 'parentId', 'role'] as const).filter((name) => Object.hasOwn(withoutEqual(patch, writableOf(now)), name))
    if (wrong.length > 0) return invalidProperties(wrong, 'the Inbox stays what it is')
  } else if (wish.fullName !== mailbox.name) {
    const failed = await rename(account, mailbox.name, wish.fullName)
    if (failed !== undefined) return failed
  }
  const failed = await describe(account, mailbox.id, entriesFor(wish, now))
  const name = account.state().own.mailboxes.get(mailbox.id)?.name
  if (failed === undefined && name !== undefined) await account.subscribe(name, wish.isSubscribed)
  return failed
}

/** A role that one gives up may be given to another in the same call. */
const updateAll = async ({ update }: SetArguments, context: MethodContext, outcome: SetOutcome): Promise<void> => {
  const inTurn = [...update].toSorted(([, one], [, other]) => Number('role' in one && one['role'] !== null) - Number('role' in other && other['role'] !== null))
  for (const [written, patch] of inTurn) {
    const id = resolvedId(written, context.createdIds)
    const failed = await updateOne(id, patch, context)
    if (failed === undefined) outcome.updated.set(id ?? written, null)
    else outcome.notUpdated.set(written, failed)
  }
}

const destroyOne = async (account: MailAccount, mailbox: JmapMailbox | undefined, removesEmails: boolean): Promise<SetError | undefined> => {
  if (mailbox === undefined) return setError('notFound')
  const { own } = account.state()
  const counts = countsOf(emailsIn(own))[known(account).findIndex((one) => one.mailbox.id === mailbox.mailbox.id)]
  if (known(account).some(({ parentId }) => parentId === mailbox.mailbox.id)) return setError('mailboxHasChild')
  if (mailbox.role === 'inbox') return setError('forbidden', 'the Inbox stays')
  if (!removesEmails && (counts?.totalEmails ?? 0) > 0) return setError('mailboxHasEmail')
  const { name } = mailbox.mailbox
  const done = await account.deleteMailbox(name)
  if (done.is === 'refused') return errorOf(done)
  await account.subscribe(name, false)
  return undefined
}

/** The innermost first. */
const destroyAll = async ({ destroy }: SetArguments, removesEmails: boolean, { account, createdIds }: MethodContext, outcome: SetOutcome): Promise<void> => {
  const levelsOf = (id: string): number => (withId(account, resolvedId(id, createdIds))?.mailbox.name ?? '').split('/').length
  for (const written of destroy.toSorted((one, other) => levelsOf(other) - levelsOf(one))) {
    const id = resolvedId(written, createdIds)
    const failed = await destroyOne(account, withId(account, id), removesEmails)
    if (failed === undefined) outcome.destroyed.push(id ?? written)
    else outcome.notDestroyed.set(written, failed)
  }
}

export const mailboxSet: Method = {
  name: 'Mailbox/set',
  capability: capabilities.mail,
  async run(args, context) {
    const { more, ...asked } = setArguments(args, context.limits, { onDestroyRemoveEmails: optional(boolean, false) })
    const { own } = await context.account.refresh()
    requireState(asked.ifInState, stateText(own.seq))
    const outcome = setOutcome()
    await createAll(asked, context, outcome)
    await updateAll(asked, context, outcome)
    await destroyAll(asked, more.onDestroyRemoveEmails, context, outcome)
    return answer(setAnswer(asked.accountId, stateText(own.seq), stateText(context.account.state().own.seq), outcome))
  },
}
