/** What a script would do with a message (`SieveScript/test`), as changes of the message and in words. Pure. */
import type { Id } from '../../jmap/types.ts'
import type { EmailPatch } from '../../store/patch.ts'

export type TriedAction =
  | { readonly is: 'fileinto'; readonly mailbox: string; readonly specialUse: string | null; readonly keywords: readonly string[] }
  | { readonly is: 'keep'; readonly keywords: readonly string[] }
  | { readonly is: 'redirect'; readonly address: string }
  | { readonly is: 'discard' | 'reject' | 'vacation' }

export interface Tried {
  readonly emailId: Id
  /** Why the script could not go on; then it did nothing. */
  readonly failed: string | null
  readonly actions: readonly TriedAction[]
  /** Nothing took it out of where it is. */
  readonly isKept: boolean
  readonly keywords: readonly string[]
}

/** IMAP's flags as JMAP has them (RFC 8621 section 4.1.1). */
const keywordOf = (flag: string): string => (flag.startsWith('\\') ? `$${flag.slice(1).toLowerCase()}` : flag.toLowerCase())

/** Of what it would do, what can be done with a message that arrived long ago: it is put elsewhere and marked, never sent on or lost. */
export const patchFor = (tried: Tried, from: Id, mailboxOf: (name: string, specialUse: string | null) => Id | undefined): EmailPatch => {
  const filed = tried.actions.flatMap((action) => (action.is === 'fileinto' ? [action] : []))
  const kept = tried.actions.flatMap((action) => (action.is === 'keep' ? [action] : []))
  const targets = filed.flatMap(({ mailbox, specialUse }) => mailboxOf(mailbox, specialUse) ?? [])
  const stays = tried.isKept || kept.length > 0 || targets.length < Math.max(1, filed.length)
  const flags = [...(tried.isKept ? tried.keywords : []), ...[...filed, ...kept].flatMap(({ keywords }) => keywords)]
  return {
    ...(stays || targets.includes(from) ? {} : { [`mailboxIds/${from}`]: null }),
    ...Object.fromEntries(targets.map((id) => [`mailboxIds/${id}`, true] as const)),
    ...Object.fromEntries(flags.map((flag) => [`keywords/${keywordOf(flag)}`, true] as const)),
  }
}

/** Whether it does anything. */
export const applies = ({ actions, keywords, isKept }: Tried): boolean => actions.length > 0 || !isKept || keywords.length > 0

export interface OutcomeWords {
  readonly moved: (mailbox: string) => string
  readonly copied: (mailbox: string) => string
  readonly marked: Readonly<Record<'$seen' | '$flagged', string>>
  readonly forwarded: (address: string) => string
  readonly deleted: string
  readonly stopped: (why: string) => string
  readonly nothing: string
  readonly then: string
}

/** `shown`: how people read the mailbox's path. */
export const outcomeText = (tried: Tried, words: OutcomeWords, shown: (path: string) => string): string => {
  if (tried.failed !== null) return words.stopped(tried.failed)
  const stays = tried.isKept || tried.actions.some(({ is }) => is === 'keep')
  const set = tried.actions.flatMap((action) => ('keywords' in action ? action.keywords : []))
  const flags = new Set([...(tried.isKept ? tried.keywords : []), ...set].map(keywordOf))
  const parts = tried.actions.flatMap((action) => {
    if (action.is === 'fileinto') return [stays ? words.copied(shown(action.mailbox)) : words.moved(shown(action.mailbox))]
    if (action.is === 'redirect') return [words.forwarded(action.address)]
    return action.is === 'discard' ? [words.deleted] : []
  })
  const marks = (['$seen', '$flagged'] as const).filter((keyword) => flags.has(keyword)).map((keyword) => words.marked[keyword])
  return [...parts, ...marks].join(words.then) || words.nothing
}
