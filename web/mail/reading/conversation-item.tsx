/** One message of a conversation, as a line or open. */
import type { JSX } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { language } from '../../kit/language.ts'
import { markSeen, these } from '../actions/actions.ts'
import type { EmailRow, Id } from '../jmap/types.ts'
import { isOffered } from '../list/commands.ts'
import { shortDate } from '../list/dates.ts'
import { Message } from './message.tsx'
import { words } from './words.ts'

export const LineItem = ({ row, onOpen }: { row: EmailRow; onOpen: () => void }): JSX.Element => {
  const [sender] = row.from ?? []
  const who = sender?.name ?? sender?.email ?? words().unnamed
  return (
    <li class="conversation-item">
      <button type="button" class="conversation-line" aria-expanded={false} onClick={onOpen}>
        <bdi class="conversation-who">{who}</bdi>
        <span class="conversation-preview">{row.preview}</span>
        <time dateTime={row.receivedAt}>{shortDate(new Date(row.receivedAt), new Date(), language.value)}</time>
        <span class="only-heard">{words().expand}</span>
      </button>
    </li>
  )
}

/** As long as that somebody looks who reads. */
const lookedAtMs = 1_000
/** A message that shows no more than this of itself has not been looked at. */
const edge = '0px 0px -48px 0px'

/** Marks it read when it has been in view, once: what is set to unread again stays so. */
const useSeen = (item: { readonly current: HTMLElement | null }, id: Id, isUnread: boolean): void => {
  useEffect(() => {
    const element = item.current
    if (element === null || !isUnread || !isOffered('seen')) return undefined
    let timer = 0
    const look = (): void => {
      timer = window.setTimeout(() => {
        // While messages come they are as low as a line, and all of them in view.
        if (element.parentElement?.querySelector('[aria-busy="true"]') != null) return look()
        observer.disconnect()
        void markSeen(these([id]), true, true)
      }, lookedAtMs)
    }
    const observer = new IntersectionObserver(
      (entries) => {
        window.clearTimeout(timer)
        if (entries.at(-1)?.isIntersecting === true) look()
      },
      { rootMargin: edge },
    )
    observer.observe(element)
    return () => {
      window.clearTimeout(timer)
      observer.disconnect()
    }
  }, [id, isUnread])
}

export interface OpenItemProps {
  readonly row: EmailRow
  /** It is the one that was chosen in the list. */
  readonly isFirst: boolean
  readonly isUnread: boolean
  /** It was a line a moment ago, and had the focus. */
  readonly isByHand: boolean
}

export const OpenItem = ({ row, isFirst, isUnread, isByHand }: OpenItemProps): JSX.Element => {
  const item = useRef<HTMLLIElement>(null)
  useSeen(item, row.id, isUnread)
  useLayoutEffect(() => {
    if (isByHand) item.current?.focus({ preventScroll: true })
  }, [])
  return (
    <li ref={item} class="conversation-item" tabIndex={-1}>
      <Message emailId={row.id} isOpen={isFirst} fills={false} />
    </li>
  )
}
