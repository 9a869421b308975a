/** What SEARCH, SORT and THREAD share: from the command's keys to a question, or the reply that says why not. */
import { badReply, no, type Tagged } from '@bulkhead/wire/imap/response.ts'
import type { ReturnOptions } from '@bulkhead/wire/imap/search-return.ts'
import type { SearchKey } from '@bulkhead/wire/imap/search-grammar.ts'
import { uidRequired, type SelectedContext } from '../command.ts'
import { outOfStep } from '../positions.ts'
import { enabling, isRev2, isUidOnly, type Selected, type Session } from '../session.ts'
import { charsetDecoder } from './charset.ts'
import type { Test } from '@bulkhead/mail/search/test.ts'
import { holdsKey, strictKey, testOf } from './question.ts'
import { reachOf } from './reach.ts'
import { savedUids, type Found } from './result.ts'
import type { Question, Keys } from './asked.ts'

const badCharset = no('BADCHARSET (UTF-8 US-ASCII ISO-2022-JP SHIFT_JIS EUC-JP ISO-8859-1)', 'Charset is not known')

const isReply = (value: object): value is Tagged => 'is' in value && value.is === 'tagged'

/** Who asks, and of which view. */
export interface Asker {
  readonly session: Session
  readonly nowMs: number
  readonly selected: Pick<Selected, 'mailbox' | 'shown' | 'saved'>
}

const compiled = ({ selected, session, nowMs }: Asker, { charset, key }: Keys): Test | Tagged => {
  const decode = charsetDecoder(charset)
  if (decode === undefined) return badCharset
  if (isUidOnly(session) && holdsKey(key, 'numbers')) return uidRequired
  return testOf(key, { shown: selected.shown, saved: selected.saved, nowMs, decode }) ?? outOfStep
}

/** RFC 6855 section 3: once UTF8=ACCEPT is enabled SEARCH names no charset. */
export const charsetNamed = ({ enabled }: Session, charset: string | undefined): Tagged | undefined =>
  charset !== undefined && enabled.has('UTF8=ACCEPT') ? badReply('No charset but UTF-8 is in use') : undefined

export const isScored = (returns: ReturnOptions | null): boolean => returns?.options.has('RELEVANCY') === true

export const questionOf = (context: Asker, keys: Keys, returns: ReturnOptions | null, scored: boolean = isScored(returns)): Question | Tagged => {
  const test = compiled(context, keys)
  if (isReply(test)) return test
  if (scored && !holdsKey(keys.key, 'fuzzy')) return badReply('RELEVANCY is of FUZZY searches')
  const strict = scored ? compiled(context, { ...keys, key: strictKey(keys.key) }) : null
  if (strict !== null && isReply(strict)) return strict
  const { selected } = context
  return { mailbox: selected.mailbox, shown: selected.shown, test, strict, reach: reachOf(returns) }
}

/** In IMAP4rev2 a SEARCH without RETURN is answered by ESEARCH (RFC 9051 section 6.4.4). */
export const returnsFor = (session: Session, returns: ReturnOptions | null): ReturnOptions | null =>
  returns ?? (isRev2(session) ? { options: new Set(['ALL']), partial: null, fetches: [] } : null)

/** A MODSEQ key begins CONDSTORE (RFC 7162 section 3.1); SAVE keeps the result. */
export const afterSearch = ({ session, selected }: SelectedContext, key: SearchKey, found: Found, returns: ReturnOptions | null): Session => {
  const on = holdsKey(key, 'modSeq') ? enabling(session, ['CONDSTORE']) : session
  return returns?.options.has('SAVE') === true ? { ...on, selected: { ...selected, saved: savedUids(found, returns) } } : on
}
