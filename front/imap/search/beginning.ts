/** How a SEARCH or SORT with UPDATE begins a live result, or says that it will not (RFC 5267 section 4.3.1). */
import { badReply, type Tagged, type Untagged } from '@bulkhead/wire/imap/response.ts'
import type { ReturnOptions } from '@bulkhead/wire/imap/search-return.ts'
import type { SelectedContext } from '../command.ts'
import type { Session } from '../session.ts'
import { isLive, noUpdate, whyNotLive } from './live.ts'
import type { LiveResult } from './live-result.ts'
import type { Found } from './result.ts'

interface Wanted extends Pick<LiveResult, 'keys' | 'criteria'> {
  readonly returns: ReturnOptions | null
}

/** Section 4.3: updates are told apart by the tag of their command. */
export const tagInUse = ({ tag, selected }: SelectedContext, returns: ReturnOptions | null): Tagged | undefined =>
  isLive(returns) && selected.live.some((result) => result.tag === tag) ? badReply('Tag is in use') : undefined

export const liveReplies = ({ tag, selected }: SelectedContext, wanted: Wanted, found: Found): readonly Untagged[] => {
  const why = isLive(wanted.returns) ? whyNotLive(selected, wanted, found) : undefined
  return why === undefined ? [] : [noUpdate(tag, why)]
}

/** The session with the live result, where that was asked for and may be. */
export const beginning = (
  { tag, byUid, selected: before }: SelectedContext, session: Session, wanted: Wanted, found: Found,
): Session => {
  const { selected } = session
  if (selected === null || !isLive(wanted.returns) || whyNotLive(before, wanted, found) !== undefined) return session
  const { keys, criteria } = wanted
  const uids = Uint32Array.from(found.positions, (at) => found.shown.uids[at] ?? 0)
  return { ...session, selected: { ...selected, live: [...selected.live, { tag, byUid, keys, criteria, uids, fetches: wanted.returns?.fetches ?? [] }] } }
}
