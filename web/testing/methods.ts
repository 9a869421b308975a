/** JMAP's methods over the account in memory: as much as the pages ask. More are added to `methods` by who needs them. */
import type { Args, FakeAccount } from './account.ts'
import type { FakeEmail } from './mail.ts'
import { ruleMethods } from './rule-methods.ts'
import { messageViews, officialNotices } from './reading.ts'

export class MethodError extends Error {}

export type FakeMethod = (account: FakeAccount, args: Args) => Args

const rights = { mayReadItems: true, mayAddItems: true, mayRemoveItems: true, maySetSeen: true, maySetKeywords: true, mayCreateChild: true, mayRename: true, mayDelete: true, maySubmit: true }

const mailboxObject = (account: FakeAccount, id: string): Args | undefined => {
  const mailbox = account.mailboxes.get(id)
  if (mailbox === undefined) return undefined
  const own = [...account.emails.values()].filter((email) => email.mailboxIds[id] === true)
  const unread = own.filter((email) => email.keywords['$seen'] === undefined)
  const own2 = mailbox.role === null
  return {
    id, name: mailbox.name, parentId: mailbox.parentId, role: mailbox.role, sortOrder: 0, isSubscribed: true, myRights: { ...rights, mayRename: own2, mayDelete: own2 },
    totalEmails: own.length, unreadEmails: unread.length, totalThreads: new Set(own.map(({ threadId }) => threadId)).size, unreadThreads: new Set(unread.map(({ threadId }) => threadId)).size,
  }
}

const chosen = (object: Args, properties: unknown): Args =>
  Array.isArray(properties) ? Object.fromEntries(['id', ...properties].map((name) => [name, object[name] ?? null])) : object

const got = (account: FakeAccount, args: Args, all: () => string[], read: (id: string) => Args | undefined): Args => {
  const ids = (args['ids'] as string[] | null | undefined) ?? all()
  const list = ids.map((id) => [id, read(id)] as const)
  return {
    state: String(account.seq),
    list: list.flatMap(([, object]) => (object === undefined ? [] : [chosen(object, args['properties'])])),
    notFound: list.flatMap(([id, object]) => (object === undefined ? [id] : [])),
  }
}

const emailObject = (email: FakeEmail | undefined): Args | undefined => {
  if (email === undefined) return undefined
  const part = { partId: '1', blobId: `B${email.id}`, type: 'text/plain', size: email.text.length, charset: 'utf-8' }
  return { ...email, mailboxIds: { ...email.mailboxIds }, keywords: { ...email.keywords }, blobId: `B${email.id}`, sentAt: email.receivedAt, messageId: [`${email.id}@example.jp`], bcc: [], replyTo: null, textBody: [part], htmlBody: [part], attachments: [], bodyValues: { 1: { value: email.text, isEncodingProblem: false, isTruncated: false } } }
}

const changes = (account: FakeAccount, args: Args, type: 'Email' | 'Mailbox', items: Iterable<{ id: string; changed: number; made: number }>): Args => {
  const since = Number(args['sinceState'])
  const touched = [...items].filter(({ changed }) => changed > since)
  return {
    oldState: String(since), newState: String(account.seq), hasMoreChanges: false,
    created: touched.filter(({ made }) => made > since).map(({ id }) => id),
    updated: touched.filter(({ made }) => made <= since).map(({ id }) => id),
    destroyed: account.destroyed.filter((gone) => gone.type === type && gone.at > since).map(({ id }) => id),
    ...(type === 'Mailbox' ? { updatedProperties: null } : {}),
  }
}

const queryKey = (args: Args, state: string): string => JSON.stringify([args['filter'] ?? null, args['collapseThreads'] ?? false, state])

/** Answers kept to tell changes from. */
const answersMax = 200

const runQuery = (account: FakeAccount, args: Args): string[] => {
  const ids = account.query((args['filter'] as Args | null) ?? null, args['collapseThreads'] === true)
  account.answered.set(queryKey(args, String(account.seq)), ids)
  const [oldest] = account.answered.keys()
  if (account.answered.size > answersMax && oldest !== undefined) account.answered.delete(oldest)
  return ids
}

const patchEmail = (account: FakeAccount, email: FakeEmail, patch: Args): void => {
  account.touch(Object.keys(email.mailboxIds))
  for (const [path, value] of Object.entries(patch)) {
    const [property, ...rest] = path.split('/')
    const name = rest.join('/')
    if (property !== 'keywords' && property !== 'mailboxIds') throw new MethodError('invalidArguments')
    if (name === '') email[property] = value as Record<string, true>
    else if (value === null) delete email[property][name]
    else email[property][name] = true
  }
  email.changed = account.seq
  account.touch(Object.keys(email.mailboxIds))
}

const setEmails: FakeMethod = (account, args) => {
  account.seq += 1
  const updated: Args = {}
  const notUpdated: Args = {}
  for (const [id, patch] of Object.entries((args['update'] as Args | undefined) ?? {})) {
    const email = account.emails.get(id)
    if (email === undefined) notUpdated[id] = { type: 'notFound' }
    else {
      patchEmail(account, email, patch as Args)
      updated[id] = null
    }
  }
  const destroyed = ((args['destroy'] as string[] | undefined) ?? []).filter((id) => account.emails.has(id))
  for (const id of destroyed) {
    account.touch(Object.keys(account.emails.get(id)?.mailboxIds ?? {}))
    account.emails.delete(id)
    account.destroyed.push({ type: 'Email', id, at: account.seq })
  }
  account.commit()
  return { oldState: String(account.seq - 1), newState: String(account.seq), created: null, updated, destroyed, notCreated: null, notUpdated, notDestroyed: null }
}

const setMailboxes: FakeMethod = (account, args) => {
  account.seq += 1
  const answer = { created: {} as Args, updated: {} as Args, destroyed: [] as string[], notCreated: {} as Args, notUpdated: {} as Args, notDestroyed: {} as Args }
  const taken = (name: unknown, id?: string): boolean => [...account.mailboxes.values()].some((other) => other.name === name && other.id !== id)
  for (const [key, value] of Object.entries((args['create'] as Record<string, { name: string; parentId: string | null }> | undefined) ?? {})) {
    const id = `P${account.seq}${key}`
    if (taken(value.name)) answer.notCreated[key] = { type: 'invalidProperties', properties: ['name'] }
    else {
      account.mailboxes.set(id, { id, name: value.name, parentId: value.parentId, role: null, changed: account.seq, made: account.seq })
      answer.created[key] = { id }
    }
  }
  for (const [id, value] of Object.entries((args['update'] as Record<string, { name?: string; parentId?: string | null }> | undefined) ?? {})) {
    const mailbox = account.mailboxes.get(id)
    if (mailbox === undefined || taken(value.name, id)) answer.notUpdated[id] = { type: 'invalidProperties', properties: ['name'] }
    else {
      Object.assign(mailbox, value, { changed: account.seq })
      answer.updated[id] = null
    }
  }
  for (const id of (args['destroy'] as string[] | undefined) ?? []) {
    account.mailboxes.delete(id)
    account.destroyed.push({ type: 'Mailbox', id, at: account.seq })
    answer.destroyed.push(id)
  }
  account.commit()
  return { oldState: String(account.seq - 1), newState: String(account.seq), ...answer }
}

/** Words of the filter as they stand in it, marked in subject and text. */
const searchSnippets = (account: FakeAccount, args: Args): Args[] => {
  const words = [...JSON.stringify(args['filter']).matchAll(/"(?:text|subject|body)":"([^"]+)"/g)].map(([, word]) => word ?? '')
  const marked = (text: string): string | null => {
    const word = words.find((one) => text.includes(one))
    if (word === undefined) return null
    const at = Math.max(0, text.indexOf(word) - 40)
    return text.slice(at, at + 120).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll(word, `<mark>${word}</mark>`)
  }
  return (args['emailIds'] as string[]).flatMap((id) => {
    const email = account.emails.get(id)
    return email === undefined ? [] : [{ emailId: id, subject: marked(email.subject ?? ''), preview: marked(email.text) }]
  })
}

/** As the server does that is asked with `patienceMs`. */
const foundSoFar = (account: FakeAccount, args: Args, all: readonly string[]) => {
  const key = JSON.stringify(args['filter'])
  const turn = (account.asked.get(key) ?? 0) + 1
  account.asked.set(key, turn)
  const ids = args['patienceMs'] === undefined ? all : all.slice(0, Math.floor((all.length * Math.min(turn, account.searchParts)) / account.searchParts))
  const isEnough = args['calculateTotal'] !== true && ids.length >= Number(args['limit'])
  return { ids, isPartial: ids.length < all.length && !isEnough }
}

/** What was sent to the address for phishing. */
export const reports: Args[] = []

export const methods: Record<string, FakeMethod> = {
  'MessageView/get': messageViews,
  'OfficialNotice/get': officialNotices,
  'Report/send': (_, args) => ({ outcome: reports.push(args) > 0 ? 'sent' : 'notSent' }),
  'Unsubscribe/send': () => ({ outcome: 'unclear', status: 302 }),
  'Setting/get': (_, args) => ({ state: '1', list: (args['ids'] as string[] | null ?? []).map((id) => ({ id })), notFound: [] }),
  'Setting/set': (_, args) => ({ oldState: '1', newState: '2', updated: Object.fromEntries(Object.keys(args['update'] ?? {}).map((id) => [id, null])) }),
  'Core/echo': (_, args) => args,
  'Mailbox/get': (account, args) => got(account, args, () => [...account.mailboxes.keys()], (id) => mailboxObject(account, id)),
  'Mailbox/changes': (account, args) => changes(account, args, 'Mailbox', account.mailboxes.values()),
  'Mailbox/set': setMailboxes,
  'Email/get': (account, args) => got(account, args, () => [...account.emails.keys()], (id) => emailObject(account.emails.get(id))),
  'Email/changes': (account, args) => changes(account, args, 'Email', account.emails.values()),
  'Email/set': setEmails,
  'Email/query': (account, args) => {
    const { ids, isPartial } = foundSoFar(account, args, runQuery(account, args))
    const anchor = args['anchor'] === undefined ? -1 : ids.indexOf(String(args['anchor']))
    if (args['anchor'] !== undefined && anchor < 0) throw new MethodError('anchorNotFound')
    const position = anchor < 0 ? Number(args['position'] ?? 0) : anchor + Number(args['anchorOffset'] ?? 0)
    const window = ids.slice(position, position + Number(args['limit'] ?? 500))
    return { queryState: String(account.seq), canCalculateChanges: true, position, ids: window, ...(args['calculateTotal'] === true ? { total: ids.length } : {}), ...(isPartial ? { isPartial } : {}) }
  },
  'Email/queryChanges': (account, args) => {
    const before = account.answered.get(queryKey(args, String(args['sinceQueryState'])))
    if (before === undefined) throw new MethodError('cannotCalculateChanges')
    const after = runQuery(account, args)
    const [old, now] = [new Set(before), new Set(after)]
    const added = after.flatMap((id, index) => (old.has(id) ? [] : [{ id, index }]))
    return { oldQueryState: args['sinceQueryState'], newQueryState: String(account.seq), removed: before.filter((id) => !now.has(id)), added, total: after.length }
  },
  'SearchSnippet/get': (account, args) => ({ list: searchSnippets(account, args), notFound: null }),
  'Thread/get': (account, args) =>
    got(account, args, () => [], (id) => ({ id, emailIds: [...account.emails.values()].filter((email) => email.threadId === id).map((email) => email.id).reverse() })),
  'Quota/get': (account) => ({
    state: '1', notFound: [],
    list: [{ id: 'q', resourceType: 'octets', used: 2_400_000_000, hardLimit: 5_368_709_120, scope: 'account', name: 'Storage', types: ['Email'], seq: account.seq }],
  }),
  ...ruleMethods,
}
