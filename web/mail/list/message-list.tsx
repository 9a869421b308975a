/** The list of a mailbox or a search: a grid of rows, of which only those in view are drawn. */
import { useComputed } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { Button } from '../../kit/button.tsx'
import { isComposing } from '../../kit/keys.ts'
import { widthRem } from '../../kit/look.ts'
import { VirtualList } from '../../kit/virtual-list.tsx'
import type { Heading } from '../../kit/virtual-rows.ts'
import { conversations, density, layout, listRem, railRem, type Density } from '../preferences.ts'
import { place, roleHere, shareHere } from '../place.ts'
import { SharedBar } from '../shares/shared-bar.tsx'
import { mailboxName } from '../mailboxes/names.ts'
import { current, stopSearch } from '../store/current.ts'
import type { EmailList } from '../store/email-list.ts'
import { ChooseLabels } from '../labels/choose-labels.tsx'
import { ChooseMailbox } from './choose-mailbox.tsx'
import { DestroyDialog } from './destroy-dialog.tsx'
import { headingsOf } from './groups.ts'
import { ListToolbar, WholeBar } from './list-toolbar.tsx'
import './message-list.css'
import { MessageRow, rowId } from './message-row.tsx'
import { listId, openEmail } from './open.ts'
import { chooseKnown, chooseTo, cursor, idAt, placeOf, toggle } from './selection.ts'
import { words } from './words.ts'

const rowRems: Record<'wide' | 'narrow', Record<Density, number>> = {
  wide: { compact: 2.25, normal: 2.875, comfortable: 4.25 },
  narrow: { compact: 3.5, normal: 4.25, comfortable: 5.625 },
}
/** From here on sender, subject and date stand in one line. */
const wideFrom = 44
/** Narrow letters in a rem; in steps, so that a pane that is made wider does not draw its rows at each pixel. */
const charsPerRem = 2.5
const stepRem = 16
const previewLines: Record<Density, number> = { compact: 1, normal: 1, comfortable: 2 }

const charsIn = (rem: number): number => Math.ceil(rem / stepRem) * stepRem * charsPerRem * previewLines[density.value]

const listWidth = (): number => {
  if (layout.value === 'three') return listRem.value
  return layout.value === 'two' ? widthRem.value - railRem.value : widthRem.value
}

const moves: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity }

const onListKey = (event: KeyboardEvent): void => {
  if (isComposing(event) || event.altKey || event.target !== event.currentTarget) return
  const id = cursor.value
  const total = current.value?.ids.value?.length ?? 0
  const step = moves[event.key]
  if (step !== undefined && total > 0) {
    const at = placeOf(id)
    const next = idAt(Math.max(0, Math.min(total - 1, at < 0 ? 0 : at + step)))
    if (next !== undefined) {
      if (event.shiftKey) chooseTo(next)
      cursor.value = next
    }
  } else if (event.key === ' ' && id !== undefined) toggle(id)
  else if (event.key === 'Enter' && id !== undefined) openEmail(id)
  else if (event.key === 'a' && (event.ctrlKey || event.metaKey)) chooseKnown()
  else return
  event.preventDefault()
  event.stopPropagation()
}

const Nothing = ({ list }: { list: EmailList }): JSX.Element => {
  const text = words()
  if (list.status.value === 'failed') {
    return (
      <div class="list-nothing" role="alert">
        <p>{text.failed}</p>
        <Button label={text.again} onClick={list.reload} />
      </div>
    )
  }
  if (list.status.value === 'loading') return <p class="list-nothing">{list.query.isSearch ? '' : <span class="only-heard">…</span>}</p>
  if (!list.query.isSearch) return <p class="list-nothing">{text.nothing}</p>
  return (
    <div class="list-nothing" role="status">
      <p>{text.nothingFound}</p>
      <p class="list-hint">{text.nothingFoundHint}</p>
    </div>
  )
}

/** Says that a search goes on, and ends it. */
const SearchBar = ({ list }: { list: EmailList }): JSX.Element | null => {
  const text = words()
  const searching = list.query.isSearch && (list.status.value === 'loading' || list.counting.value) && list.status.value !== 'failed'
  if (!searching) return null
  return (
    <p class="list-bar" role="status">
      <span class="list-searching">{list.status.value === 'loading' ? text.searching : text.counting}</span>
      <Button
        label={text.stopSearch}
        kind="quiet"
        onClick={() => {
          stopSearch()
          list.counting.value = false
          if (list.status.value === 'loading') list.status.value = 'ready'
        }}
      />
    </p>
  )
}

/** Rows whose day is known move headings: counted again when rows come, not at each drawing. */
const useHeadings = (list: EmailList) => {
  const [, setTurn] = useState(0)
  const ids = list.ids.value
  const known = useRef<{ readonly ids: typeof ids; readonly headings: readonly Heading[] }>({ ids: undefined, headings: [] })
  if (known.current.ids !== ids) known.current = { ids, headings: headingsOf(ids ?? [], new Date()) }
  useEffect(() => {
    const midnight = window.setInterval(() => setTurn((turn) => turn + 1), 600_000)
    return () => window.clearInterval(midnight)
  }, [])
  return known.current.headings
}

const Rows = ({ list, label }: { list: EmailList; label: string }): JSX.Element => {
  const isWide = listWidth() >= wideFrom
  const previewChars = charsIn(listWidth())
  const shown = useComputed(() => placeOf(cursor.value))
  // Also when others come and go: then it is elsewhere, or nowhere, and stays where it is in view.
  const active = useComputed(() => {
    const row = cursor.value === undefined ? -1 : (list.ids.value?.indexOf(cursor.value) ?? -1)
    return row < 0 || cursor.value === undefined ? undefined : { row, id: rowId(cursor.value) }
  })
  const role = roleHere.value
  const headings = useHeadings(list)
  const count = list.ids.value?.length ?? 0
  if (count === 0) return <Nothing list={list} />
  return (
    <VirtualList
      id={listId}
      class={`messages messages-${isWide ? 'wide' : 'narrow'} messages-${density.value}`}
      listKey={list.key}
      label={label}
      role="grid"
      multiple
      count={count}
      headings={headings}
      rowRem={rowRems[isWide ? 'wide' : 'narrow'][density.value]}
      headingRem={1.875}
      heading={({ label: day }) => <p class="day">{day}</p>}
      row={(index) => {
        const id = list.ids.value?.[index]
        if (id === undefined) return <div class="row row-missing" role="row" aria-rowindex={index + 1} aria-busy="true" />
        return <MessageRow key={id} id={id} index={index} role={role} byThread={list.query.collapseThreads} previewChars={previewChars} onOpen={openEmail} />
      }}
      onRange={list.ensure}
      showRow={shown}
      active={active}
      onKeyDown={onListKey}
    />
  )
}

export const MessageList = (): JSX.Element => {
  const text = words()
  const list = current.value
  const named = useComputed(() => (place.value.is === 'mailbox' && place.value.mailbox !== undefined ? mailboxName(place.value.mailbox) : undefined))
  const share = useComputed(() => shareHere.value?.mailbox.name)
  const title = named.value ?? (share.value === undefined ? text.results : text.resultsIn(share.value))
  return (
    <section class="list-pane" aria-label={text.list(title)} data-conversations={conversations.value}>
      <ListToolbar title={title} />
      <SharedBar />
      {list === undefined ? null : <SearchBar list={list} />}
      <WholeBar />
      {list === undefined ? <div class="list-nothing" /> : <Rows key={list.key} list={list} label={text.list(title)} />}
      <ChooseMailbox />
      <ChooseLabels />
      <DestroyDialog />
    </section>
  )
}
