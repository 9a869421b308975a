/** What LIST answers (RFC 9051 section 6.3.9; options of RFC 5258, RFC 5819, RFC 6154, RFC 8440, RFC 9590). */
import type { MailLimits } from '@bulkhead/door/contracts/start.ts'
import type { AccountState } from '@bulkhead/mail/account/mail-account.ts'
import { rightsText } from '@bulkhead/wire/imap/acl-grammar.ts'
import type { ListArguments } from '@bulkhead/wire/imap/list-grammar.ts'
import { encodeUntagged, mailbox as mailboxText, parenthesised, untagged, type Untagged } from '@bulkhead/wire/imap/response.ts'
import type { Piece } from '../fetch/piece.ts'
import { metadataPieces, valuesOf } from './metadata.ts'
import { nameMatcher } from './pattern.ts'
import { statusText } from './status-text.ts'
import { listedNames, type ListedName } from './tree.ts'

/** `LIST "" ""` asks for the delimiter alone. */
const delimiterOnly = encodeUntagged(untagged('LIST (\\Noselect) "/" ""'))

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

/** RFC 5258 section 3.5: something below is subscribed, whether or not it matches the pattern. */
const childInfo = ' ("CHILDINFO" ("SUBSCRIBED"))'

const oldNameInfo = (oldName: string, utf8: boolean): string => ` ("OLDNAME" (${mailboxText(oldName, utf8)}))`

export interface ListedLine {
  readonly name: string
  /** What it was called before, or by the client (RFC 9051 sections 6.3.2, 7.3.1); null: the same. */
  readonly oldName: string | null
  /** The mailbox that had this name is no more, whether or not another one has it now. */
  readonly isGone?: boolean
}

const isNowhere = ['\\NonExistent', '\\Noselect'] as const

/** LIST responses of names, in this order. */
export const listLines = (state: AccountState, lines: readonly ListedLine[], utf8: boolean): readonly Untagged[] => {
  if (lines.length === 0) return []
  const known = new Map(listedNames(state).map((one) => [one.name, one]))
  return lines.map(({ name, oldName, isGone }) => {
    const found = known.get(name)
    const isAnothers = isGone === true && found?.mailbox !== undefined
    const attributes = parenthesised(found === undefined || isAnothers ? isNowhere : attributesOf(found, true))
    return untagged(`LIST ${attributes} "/" ${mailboxText(name, utf8)}${oldName === null ? '' : oldNameInfo(oldName, utf8)}`)
  })
}

/** A name's own LIST response. */
export const listLine = (state: AccountState, name: string, utf8: boolean, oldName: string | null = null): Untagged =>
  listLines(state, [{ name, oldName }], utf8)[0] ?? untagged('')

const selectionOf = ({ selection }: ListArguments): Selection => ({
  bySubscription: selection?.includes('SUBSCRIBED') ?? false,
  bySpecialUse: selection?.includes('SPECIAL-USE') ?? false,
  recursive: (selection?.includes('RECURSIVEMATCH') ?? false) && (selection?.includes('SUBSCRIBED') ?? false),
})

/** What is told of a mailbox beside its name: each a response of its own, behind its LIST. */
const details = (mailbox: NonNullable<ListedName['mailbox']>, { returns }: ListArguments, limits: MailLimits, utf8: boolean): readonly Piece[] => {
  if (returns === null) return []
  const { status, myRights, metadata } = returns
  const name = mailboxText(mailbox.name, utf8)
  return [
    ...(status === null ? [] : [encodeUntagged(untagged(statusText(mailbox, status, limits, utf8)))]),
    ...(myRights ? [encodeUntagged(untagged(`MYRIGHTS ${name} ${rightsText(mailbox.rights)}`))] : []),
    ...(metadata === null ? [] : metadataPieces(name, valuesOf(mailbox, metadata))),
  ]
}

export const listed = (state: AccountState, asked: ListArguments, limits: MailLimits, utf8: boolean): readonly Piece[] => {
  if (asked.selection === null && asked.patterns.length === 1 && asked.patterns[0] === '') return [delimiterOnly]
  const matchers = asked.patterns.map((pattern) => nameMatcher(asked.reference + pattern))
  const selection = selectionOf(asked)
  const showsSubscribed = selection.bySubscription || (asked.returns?.subscribed ?? false)
  return listedNames(state).flatMap((name) => {
    if (!matchers.some((matches) => matches(name.name))) return []
    const wanted = isWanted(name, selection)
    const below = selection.recursive && name.subscribedBelow
    if (!wanted && !below) return []
    const attributes = parenthesised(attributesOf(name, showsSubscribed))
    const line = encodeUntagged(untagged(`LIST ${attributes} "/" ${mailboxText(name.name, utf8)}${below ? childInfo : ''}`))
    return wanted && name.mailbox !== undefined ? [line, ...details(name.mailbox, asked, limits, utf8)] : [line]
  })
}
