/** What LIST answers (RFC 9051 section 6.3.9; selection and return options of RFC 5258, RFC 5819, RFC 6154). */
import type { MailLimits } from '@bulkhead/door/contracts/start.ts'
import type { AccountState } from '@bulkhead/mail/account/mail-account.ts'
import type { ListArguments } from '@bulkhead/wire/imap/list-grammar.ts'
import { mailbox as mailboxText, parenthesised, untagged, type Untagged } from '@bulkhead/wire/imap/response.ts'
import { patternMatcher } from './pattern.ts'
import { statusText } from './status-text.ts'
import { listedNames, type ListedName } from './tree.ts'

/** `LIST "" ""` asks for the delimiter alone. */
const delimiterOnly = untagged('LIST (\\Noselect) "/" ""')

const attributesOf = (listed: ListedName, showsSubscribed: boolean): readonly string[] => [
  ...(showsSubscribed && listed.subscribed ? ['\\Subscribed'] : []),
  ...(listed.mailbox === undefined ? ['\\NonExistent', '\\Noselect'] : []),
  listed.hasChildren ? '\\HasChildren' : '\\HasNoChildren',
  ...(listed.mailbox?.specialUse == null ? [] : [listed.mailbox.specialUse]),
]

interface Selection {
  readonly bySubscription: boolean
  readonly bySpecialUse: boolean
  readonly recursive: boolean
}

const isWanted = (listed: ListedName, { bySubscription, bySpecialUse }: Selection): boolean => {
  if (bySubscription && !listed.subscribed) return false
  if (bySpecialUse && listed.mailbox?.specialUse == null) return false
  // Without a selection: mailboxes and the levels above them.
  return bySubscription || listed.mailbox !== undefined || listed.hasChildren
}

/** RFC 5258 section 3.5: matches itself no longer counts, something below is subscribed. */
const childInfo = ' ("CHILDINFO" ("SUBSCRIBED"))'

/** A mailbox's own LIST response (RFC 9051 section 6.3.2). */
export const listLine = (state: AccountState, name: string, utf8: boolean): Untagged => {
  const found = listedNames(state).find((one) => one.name === name)
  const attributes = parenthesised(found === undefined ? [] : attributesOf(found, true))
  return untagged(`LIST ${attributes} "/" ${mailboxText(name, utf8)}`)
}

export const listed = (state: AccountState, asked: ListArguments, limits: MailLimits, utf8: boolean): readonly Untagged[] => {
  if (asked.selection === null && asked.patterns.length === 1 && asked.patterns[0] === '') return [delimiterOnly]
  const matchers = asked.patterns.map((pattern) => patternMatcher(asked.reference + pattern))
  const options = asked.selection ?? []
  const selection: Selection = {
    bySubscription: options.includes('SUBSCRIBED'),
    bySpecialUse: options.includes('SPECIAL-USE'),
    recursive: options.includes('RECURSIVEMATCH') && options.includes('SUBSCRIBED'),
  }
  const showsSubscribed = selection.bySubscription || (asked.returns?.subscribed ?? false)
  return listedNames(state).flatMap((name) => {
    if (!matchers.some((matches) => matches(name.name))) return []
    const wanted = isWanted(name, selection)
    const below = selection.recursive && name.subscribedBelow
    if (!wanted && !below) return []
    const attributes = parenthesised(attributesOf(name, showsSubscribed))
    const line = untagged(`LIST ${attributes} "/" ${mailboxText(name.name, utf8)}${below ? childInfo : ''}`)
    const items = asked.returns?.status ?? null
    if (items === null || !wanted || name.mailbox === undefined) return [line]
    return [line, untagged(statusText(name.mailbox, items, limits, utf8))]
  })
}
