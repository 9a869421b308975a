/** A mail account in memory, with a state that counts up, as JMAP's methods need it. For tests of the pages; the real one is `front/jmap`. */
import { mailOf, me, type FakeEmail } from './mail.ts'

export interface FakeMailbox {
  readonly id: string
  name: string
  parentId: string | null
  readonly role: string | null
  changed: number
  readonly made: number
}

const roles = [['inbox', 'Inbox'], ['drafts', 'Drafts'], ['sent', 'Sent'], ['archive', 'Archive'], ['junk', 'Junk'], ['trash', 'Trash']] as const

export type Args = Record<string, unknown>

const conditions: Record<string, (email: FakeEmail, value: unknown) => boolean> = {
  inMailbox: (email, value) => email.mailboxIds[String(value)] === true,
  inMailboxOtherThan: (email, value) => Object.keys(email.mailboxIds).some((id) => !(value as string[]).includes(id)),
  hasKeyword: (email, value) => email.keywords[String(value)] === true,
  notKeyword: (email, value) => email.keywords[String(value)] === undefined,
  hasAttachment: (email, value) => email.hasAttachment === value,
  before: (email, value) => email.receivedAt < String(value),
  after: (email, value) => email.receivedAt >= String(value),
  minSize: (email, value) => email.size >= Number(value),
  maxSize: (email, value) => email.size < Number(value),
  from: (email, value) => inside(JSON.stringify(email.from), value),
  to: (email, value) => inside(JSON.stringify(email.to), value),
  cc: (email, value) => inside(JSON.stringify(email.cc), value),
  subject: (email, value) => inside(email.subject ?? '', value),
  body: (email, value) => inside(email.text, value),
  text: (email, value) => inside(`${email.subject} ${email.text} ${JSON.stringify([email.from, email.to])}`, value),
  header: () => false,
}

const folded = (text: string): string => text.normalize('NFKC').toLowerCase()
const inside = (text: string, value: unknown): boolean => folded(text).includes(folded(String(value).replaceAll('"', '')))

export const matches = (email: FakeEmail, filter: Args | null): boolean => {
  if (filter === null) return true
  if (typeof filter['operator'] === 'string') {
    const all = filter['conditions'] as Args[]
    if (filter['operator'] === 'AND') return all.every((one) => matches(email, one))
    return filter['operator'] === 'OR' ? all.some((one) => matches(email, one)) : !all.some((one) => matches(email, one))
  }
  return Object.entries(filter).every(([name, value]) => conditions[name]?.(email, value) ?? false)
}

export class FakeAccount {
  seq = 1
  readonly emails = new Map<string, FakeEmail>()
  readonly mailboxes = new Map<string, FakeMailbox>()
  readonly destroyed: { readonly type: 'Email' | 'Mailbox'; readonly id: string; readonly at: number }[] = []
  /** What queries answered at a state, so that their changes can be told. */
  readonly answered = new Map<string, readonly string[]>()
  readonly changed = new Set<() => void>()
  /** A patient search finds what there is in so many goes; `asked` counts those of each filter. */
  searchParts = 1
  readonly asked = new Map<string, number>()

  constructor(count: number, now: Date) {
    for (const [role, name] of roles) this.mailboxes.set(role, { id: role, name, parentId: null, role, changed: 1, made: 1 })
    for (const [id, name, parentId] of [['P1', '取引先', null], ['P2', '2026年度', 'P1'], ['P3', 'Family', null]] as const) this.mailboxes.set(id, { id, name, parentId, role: null, changed: 1, made: 1 })
    for (const email of mailOf(count, now)) this.emails.set(email.id, email)
    const sent = mailOf(30, now, 11).map((email) => ({ ...email, id: `S${email.id}`, threadId: `T${count - 1}`, from: [me], to: email.from, mailboxIds: { sent: true as const }, keywords: { $seen: true as const } }))
    for (const email of sent) this.emails.set(email.id, email.id === 'SM30' ? email : { ...email, threadId: email.id })
  }

  /** Newest first. */
  query(filter: Args | null, collapse: boolean): string[] {
    const found = [...this.emails.values()].filter((email) => matches(email, filter)).sort((a, b) => (a.receivedAt < b.receivedAt ? 1 : a.receivedAt > b.receivedAt ? -1 : a.id < b.id ? 1 : -1))
    if (!collapse) return found.map(({ id }) => id)
    const seen = new Set<string>()
    return found.filter(({ threadId }) => !seen.has(threadId) && seen.add(threadId)).map(({ id }) => id)
  }

  touch(ids: Iterable<string>): void {
    for (const id of ids) {
      const mailbox = this.mailboxes.get(id)
      if (mailbox !== undefined) mailbox.changed = this.seq
    }
  }

  /** One more state, told to whoever listens. */
  commit(): void {
    for (const listener of this.changed) listener()
  }

  arrive(email: Omit<FakeEmail, 'changed' | 'made'>): void {
    this.seq += 1
    this.emails.set(email.id, { ...email, changed: this.seq, made: this.seq })
    this.touch(Object.keys(email.mailboxIds))
    this.commit()
  }

  /** Another program destroys it. */
  leave(id: string): void {
    this.seq += 1
    this.touch(Object.keys(this.emails.get(id)?.mailboxIds ?? {}))
    this.emails.delete(id)
    this.destroyed.push({ type: 'Email', id, at: this.seq })
    this.commit()
  }
}
