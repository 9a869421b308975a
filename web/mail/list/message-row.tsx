import { signal, useComputed } from '@preact/signals'
import type { JSX } from 'preact'
import { useMemo } from 'preact/hooks'
import { Button } from '../../kit/button.tsx'
import { IconArchive, IconAttachment, IconForward, IconMail, IconMailOpen, IconReply, IconShield, IconStar, IconTrash } from '../../kit/icons.ts'
import { language } from '../../kit/language.ts'
import { archive, markSeen, star, these, trash } from '../actions/actions.ts'
import type { EmailRow, Id } from '../jmap/types.ts'
import { openEmailId, pathHere } from '../place.ts'
import { emailRow } from '../store/emails.ts'
import { notices } from '../store/notices.ts'
import { threadFacts } from '../store/threads.ts'
import { isOffered, mayStar } from './commands.ts'
import { fullDate, shortDate } from './dates.ts'
import { startDrag } from './drag.ts'
import { people, showsRecipients } from './row-text.ts'
import { RowWhat } from './row-what.tsx'
import { chooseTo, chosen, cursor, targetOf, toggle, wholeList } from './selection.ts'
import { swipes } from './swipe.ts'
import { words } from './words.ts'

export interface MessageRowProps {
  readonly id: Id
  readonly index: number
  readonly role: string | null
  readonly byThread: boolean
  /** Characters of the preview that may be in view; what is behind them would be laid out and cut off. */
  readonly previewChars: number
  /** Where a plain click leads: a draft opens its composer. */
  readonly onOpen: (id: Id) => void
}

export const rowId = (id: Id): string => `row-${id}`

const Official = ({ id }: { id: Id }): JSX.Element | null => {
  const isNotice = useComputed(() => notices.value.has(id))
  return isNotice.value ? <span class="row-official"><IconShield />{words().official}</span> : null
}

/** Who, and how many where it stands for a conversation. */
const Who = ({ email, role, byThread }: { email: EmailRow; role: string | null; byThread: boolean }): JSX.Element => {
  const text = words()
  const facts = byThread ? threadFacts(email).value : undefined
  const recipients = showsRecipients(email, role)
  const name = recipients ? people(email.to) : people(facts === undefined ? email.from : facts.from)
  const count = facts?.emailIds.length ?? 1
  return (
    <span class="row-who">
      <Official id={email.id} />
      <span class="one-line">{name === '' ? text.noSender : recipients ? text.to(name) : name}</span>
      {count > 1 ? (
        <span class="row-count numbers" aria-label={text.messages(count)}>
          {count}
        </span>
      ) : null}
    </span>
  )
}

const Marks = ({ email }: { email: EmailRow }): JSX.Element => {
  const text = words()
  return (
    <span class="row-marks">
      {email.keywords['$answered'] === true ? <Mark name={text.answered} icon={IconReply} /> : null}
      {email.keywords['$forwarded'] === true ? <Mark name={text.forwarded} icon={IconForward} /> : null}
      {email.hasAttachment ? <Mark name={text.attachment} icon={IconAttachment} /> : null}
    </span>
  )
}

const Mark = ({ name, icon: Picture }: { name: string; icon: typeof IconReply }): JSX.Element => (
  <span class="row-mark">
    <Picture />
    <span class="only-heard">{name}</span>
  </span>
)

const Lines = (props: MessageRowProps & { email: EmailRow; unread: boolean }): JSX.Element => {
  const { email, unread } = props
  const text = words()
  const received = new Date(email.receivedAt)
  return (
    <>
      {unread ? <span class="only-heard">{text.unread}</span> : null}
      <Who email={email} role={props.role} byThread={props.byThread} />
      <RowWhat email={email} previewChars={props.previewChars} />
      <Marks email={email} />
      <time class="row-date numbers" dateTime={email.receivedAt} title={fullDate(received, language.value)}>
        {shortDate(received, new Date(), language.value)}
      </time>
    </>
  )
}

/** The row that the mouse was over last: only it has buttons to be found by it. */
const pointed = signal<Id | undefined>(undefined)

const Hover = ({ id, unread, role }: { id: Id; unread: boolean; role: string | null }): JSX.Element | null => {
  const isPointed = useComputed(() => pointed.value === id)
  const text = words()
  if (!isPointed.value) return null
  const seenIcon = unread ? IconMailOpen : IconMail
  const [mayTrash, mayArchive, mayMark] = [isOffered('trash') || isOffered('destroy'), role !== 'archive' && isOffered('archive'), isOffered('seen')]
  return (
    <span class="row-hover" aria-hidden="true">
      {mayTrash ? <Button label={text.trash} icon={IconTrash} iconOnly kind="quiet" tabIndex={-1} onClick={() => void trash(targetOf([id]))} /> : null}
      {mayArchive ? <Button label={text.archive} icon={IconArchive} iconOnly kind="quiet" tabIndex={-1} onClick={() => void archive(targetOf([id]))} /> : null}
      {mayMark ? (
        <Button
          label={unread ? text.seen : text.unseen}
          icon={seenIcon}
          iconOnly
          kind="quiet"
          tabIndex={-1}
          onClick={() => void markSeen(targetOf([id]), unread)}
        />
      ) : null}
    </span>
  )
}

const isUnread = (email: EmailRow, byThread: boolean): boolean => {
  const own = email.keywords['$seen'] === undefined && email.keywords['$draft'] === undefined
  return own || (byThread && threadFacts(email).value?.unread === true)
}

const onRowClick = (event: MouseEvent, { id, onOpen }: MessageRowProps): void => {
  if (event.target instanceof Element && event.target.closest('button, input') !== null) return
  if (event.ctrlKey || event.metaKey) {
    // A link with Ctrl opens in a new tab; beside it the row is chosen.
    if (event.target instanceof Element && event.target.closest('a') !== null) return
    toggle(id)
  } else if (event.shiftKey) {
    event.preventDefault()
    chooseTo(id)
  } else {
    event.preventDefault()
    onOpen(id)
  }
}

const isChosen = (id: Id): boolean => wholeList.value || chosen.value.has(id)

const classesOf = (id: Id): string =>
  `row ${isChosen(id) ? 'row-selected' : ''} ${cursor.value === id ? 'row-cursor' : ''} ${openEmailId.value === id ? 'row-open' : ''}`

/** Drawn anew with another id (its `key`). Of what all rows look at, only a change of its own look draws it. */
const Drawn = (props: MessageRowProps): JSX.Element => {
  const { id, index } = props
  const look = useComputed(() => classesOf(id))
  const isSelected = useComputed(() => isChosen(id))
  const email = emailRow(id).value
  const text = words()
  if (email === undefined) return <div class="row row-missing" role="row" aria-rowindex={index + 1} aria-busy="true" />
  const unread = isUnread(email, props.byThread)
  const selected = isSelected.value
  const starred = email.keywords['$flagged'] === true
  return (
    <div
      id={rowId(id)}
      class={`${look.value} ${unread ? 'row-unread' : ''}`}
      role="row"
      aria-rowindex={index + 1}
      aria-selected={selected}
      draggable
      onDragStart={(event) => startDrag(event, id)}
      onClick={(event) => onRowClick(event, props)}
      onMouseEnter={() => (pointed.value = id)}
      {...swipes(id)}
    >
      <span class="row-check" role="gridcell">
        <input
          type="checkbox"
          checked={selected}
          tabIndex={-1}
          aria-label={text.select(email.subject ?? text.noSubject)}
          onClick={(event) => (event.shiftKey ? chooseTo(id) : toggle(id))}
        />
      </span>
      <span class="row-main" role="gridcell">
        <a class="row-link" href={pathHere(id)} tabIndex={-1} draggable={false}>
          <Lines {...props} email={email} unread={unread} />
        </a>
      </span>
      <span class="row-end" role="gridcell">
        <Hover id={id} unread={unread} role={props.role} />
        <Button
          label={starred ? text.unstar : text.star}
          icon={IconStar}
          iconOnly
          kind="quiet"
          class={`row-star ${starred ? 'row-starred' : ''}`}
          tabIndex={-1}
          disabled={!mayStar.value}
          onClick={() => void star(these([id]), !starred, true)}
        />
      </span>
    </div>
  )
}

/** When the list is drawn, because it was scrolled or something came, rows that stay the same are not. */
export const MessageRow = (props: MessageRowProps): JSX.Element => {
  const { id, index, role, byThread, previewChars, onOpen } = props
  return useMemo(() => <Drawn {...props} />, [id, index, role, byThread, previewChars, onOpen])
}
