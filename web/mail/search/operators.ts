/** Operators of a search, in English and Japanese, and the condition of RFC 8621 section 4.4.1 that each becomes. Pure. */
import type { Args, Id, Mailbox } from '../jmap/types.ts'
import { agoIn, dateIn, sizeIn } from './dates.ts'

export interface SearchWorld {
  readonly now: Date
  readonly mailboxes: readonly Mailbox[]
  /** What a role is called on the page, e.g. 受信箱; people search by it. */
  readonly roleNames: Readonly<Record<string, readonly string[]>>
}

export type Operator =
  | 'from' | 'to' | 'cc' | 'bcc' | 'subject' | 'body' | 'has' | 'filename' | 'in' | 'is' | 'label'
  | 'before' | 'after' | 'older_than' | 'newer_than' | 'larger' | 'smaller' | 'list' | 'rfc822msgid' | 'deliveredto'

/** Every word that may stand before a colon. */
export const operatorNames: Readonly<Record<string, Operator>> = {
  from: 'from', 差出人: 'from', 送信者: 'from',
  to: 'to', 宛先: 'to', 宛て先: 'to',
  cc: 'cc', bcc: 'bcc',
  subject: 'subject', 件名: 'subject', 題名: 'subject',
  body: 'body', 本文: 'body',
  has: 'has', 含む: 'has',
  filename: 'filename', ファイル名: 'filename', 添付: 'filename',
  in: 'in', 場所: 'in', フォルダ: 'in', フォルダー: 'in', メールボックス: 'in',
  is: 'is', 状態: 'is',
  label: 'label', ラベル: 'label',
  before: 'before', 以前: 'before', まで: 'before',
  after: 'after', 以降: 'after', から: 'after',
  older_than: 'older_than', older: 'older_than', より古い: 'older_than',
  newer_than: 'newer_than', newer: 'newer_than', より新しい: 'newer_than',
  larger: 'larger', 以上: 'larger',
  smaller: 'smaller', 以下: 'smaller',
  list: 'list', リスト: 'list',
  rfc822msgid: 'rfc822msgid',
  deliveredto: 'deliveredto', 配送先: 'deliveredto',
}

/** Words that mean a condition by themselves. */
const bare: Readonly<Record<string, Args>> = {
  添付あり: { hasAttachment: true },
  添付なし: { hasAttachment: false },
  未読: { notKeyword: '$seen' },
  既読: { hasKeyword: '$seen' },
  スター付き: { hasKeyword: '$flagged' },
}

export const bareCondition = (word: string): Args | undefined => bare[word.normalize('NFKC')]

const states: Readonly<Record<string, Args>> = {
  unread: { notKeyword: '$seen' }, 未読: { notKeyword: '$seen' },
  read: { hasKeyword: '$seen' }, 既読: { hasKeyword: '$seen' },
  starred: { hasKeyword: '$flagged' }, flagged: { hasKeyword: '$flagged' }, スター: { hasKeyword: '$flagged' }, スター付き: { hasKeyword: '$flagged' },
  answered: { hasKeyword: '$answered' }, replied: { hasKeyword: '$answered' }, 返信済み: { hasKeyword: '$answered' },
  draft: { hasKeyword: '$draft' }, 下書き: { hasKeyword: '$draft' },
}

const attachmentWords = new Set(['attachment', 'attachments', '添付', '添付ファイル'])

const folded = (text: string): string => text.normalize('NFKC').toLowerCase().trim()

const mailboxNamed = (name: string, { mailboxes, roleNames }: SearchWorld): Id | undefined => {
  const wanted = folded(name)
  const byRole = mailboxes.find(({ role }) => role !== null && (role === wanted || (roleNames[role] ?? []).some((known) => folded(known) === wanted)))
  const named = byRole ?? mailboxes.find(({ name: own }) => folded(own) === wanted) ?? mailboxes.find(({ name: own }) => folded(own).includes(wanted))
  return named?.id
}

/** Nothing matches it: a size of less than nothing. What a person wrote wrongly finds nothing rather than everything. */
const nothing: Args = { maxSize: 0 }

const inMailbox = (name: string, world: SearchWorld): Args | null => {
  if (['anywhere', 'all', 'すべて', '全て'].includes(folded(name))) return null
  const id = mailboxNamed(name, world)
  return id === undefined ? nothing : { inMailbox: id }
}

const dated = (property: 'before' | 'after', date: Date | undefined): Args =>
  date === undefined ? nothing : { [property]: date.toISOString().replace(/\.\d+Z$/, 'Z') }

const sized = (property: 'minSize' | 'maxSize', bytes: number | undefined): Args => (bytes === undefined ? nothing : { [property]: bytes })

/** Null: no condition at all (`in:anywhere`). */
export const conditionOf = (operator: Operator, value: string, world: SearchWorld): Args | null => {
  switch (operator) {
    case 'from': case 'to': case 'cc': case 'bcc': case 'subject': case 'body': return { [operator]: value }
    case 'has': return attachmentWords.has(folded(value)) ? { hasAttachment: true } : { text: value }
    // Names of attachments are part of what `text` looks at.
    case 'filename': return { operator: 'AND', conditions: [{ hasAttachment: true }, { text: value }] }
    case 'in': case 'label': return inMailbox(value, world)
    case 'is': return states[folded(value)] ?? nothing
    case 'before': return dated('before', dateIn(value, world.now))
    case 'after': return dated('after', dateIn(value, world.now))
    case 'older_than': return dated('before', agoIn(value, world.now))
    case 'newer_than': return dated('after', agoIn(value, world.now))
    case 'larger': return sized('minSize', sizeIn(value))
    case 'smaller': return sized('maxSize', sizeIn(value))
    case 'list': return { header: ['List-Id', value] }
    case 'rfc822msgid': return { header: ['Message-ID', value.replace(/^<|>$/g, '')] }
    case 'deliveredto': return { header: ['Delivered-To', value] }
  }
}
