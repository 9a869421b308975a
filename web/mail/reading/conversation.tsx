/**
 * All messages of a thread, the oldest first: those that were read are one line each; what was chosen, what was not read yet, and
 * the last are open. What is open becomes read when it has been before the eyes.
 */
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import type { EmailRow, Id } from '../jmap/types.ts'
import { emailRow } from '../store/emails.ts'
import { threadFacts } from '../store/threads.ts'
import { LineItem, OpenItem } from './conversation-item.tsx'
import { Message } from './message.tsx'
import { isUnread, openIn, readThread, threadOf } from './threads.ts'
import { words } from './words.ts'

/** Then the chosen message stands alone until the others come. */
const patienceMs = 1_000

/** Open from the beginning, and what came since: nothing closes by itself. */
const useOpened = (emailId: Id, rows: readonly EmailRow[] | undefined): ReadonlySet<Id> => {
  const opened = useMemo(() => new Set<Id>(), [emailId])
  useMemo(() => {
    for (const id of openIn(rows ?? [], emailId)) opened.add(id)
  }, [opened, rows])
  return opened
}

/** The list knows of most messages that they are alone. */
const isAlone = (emailId: Id): boolean => {
  const row = emailRow(emailId).value
  return row !== undefined && threadFacts(row).value?.emailIds.length === 1
}

export const Conversation = ({ emailId }: { emailId: Id }): JSX.Element => {
  /** Where the person looks already: nothing scrolls. */
  const byHand = useSignal<ReadonlySet<Id>>(new Set())
  /** Of which the others are not waited for any longer. */
  const late = useSignal<Id | undefined>(undefined)
  const list = useRef<HTMLOListElement>(null)
  useEffect(() => {
    byHand.value = new Set()
    late.value = undefined
    let isLeft = false
    const end = (): void => {
      if (!isLeft) late.value = emailId
    }
    void readThread(emailId).catch(end)
    const timer = window.setTimeout(end, patienceMs)
    return () => {
      isLeft = true
      window.clearTimeout(timer)
    }
  }, [emailId])
  const rows = threadOf(emailId)
  const opened = useOpened(emailId, rows)
  const count = rows?.length ?? 0
  // What is new is seen first, however many messages lie before it; below a few of them, and the subject, it is in view.
  useLayoutEffect(() => {
    const first = list.current?.querySelector(':scope > li:has(.message)') ?? null
    if (first !== null && first.getBoundingClientRect().top > window.innerHeight / 2) first.scrollIntoView({ block: 'start' })
  }, [emailId, count, opened.size])
  if (rows === undefined && late.value !== emailId && !isAlone(emailId)) {
    return <article class="message message-fills" aria-busy><p class="message-loading">{words().loading}</p></article>
  }
  if (rows === undefined || rows.length < 2) return <Message emailId={emailId} isOpen fills />
  const isOpen = (id: Id): boolean => opened.has(id) || byHand.value.has(id)
  return (
    <ol ref={list} class="conversation" aria-label={`${words().conversation} (${words().messages(rows.length)})`}>
      {rows.map((row) =>
        isOpen(row.id) ? (
          <OpenItem key={row.id} row={row} isFirst={row.id === emailId} isUnread={isUnread(row) && row.id !== emailId} isByHand={byHand.value.has(row.id)} />
        ) : (
          <LineItem key={row.id} row={row} onOpen={() => (byHand.value = new Set([...byHand.peek(), row.id]))} />
        ),
      )}
    </ol>
  )
}
