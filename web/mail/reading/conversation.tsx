/**
 * All messages of a thread, the oldest first: those that were read are one line each; what was chosen, what was not read yet, and
 * the last are open. What is open becomes read when it has been before the eyes.
 */
import { batch as batched, signal, useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { batch, resultOf } from '../jmap/client.ts'
import type { EmailRow, GetAnswer, Id } from '../jmap/types.ts'
import { accountOfEmail } from '../store/account-of-email.ts'
import { keepRows, rowProperties } from '../store/emails.ts'
import { LineItem, OpenItem } from './conversation-item.tsx'
import { Message } from './message.tsx'
import { words } from './words.ts'

/** More are not shown at once; the list has them all. */
const messagesMax = 200

const threads = signal<ReadonlyMap<Id, readonly EmailRow[]>>(new Map())
const threadsMax = 20

const keep = (emailId: Id, rows: readonly EmailRow[]): void => {
  const next = new Map([...threads.peek()].slice(-threadsMax + 1))
  next.set(emailId, rows)
  threads.value = next
}

const loadThread = async (emailId: Id): Promise<readonly EmailRow[]> => {
  const accountId = accountOfEmail(emailId)
  const [, , emails] = await batch<readonly [unknown, unknown, GetAnswer<EmailRow>]>([
    ['Email/get', { accountId, ids: [emailId], properties: ['threadId'] }],
    ['Thread/get', { accountId, '#ids': resultOf(0, 'Email/get', '/list/*/threadId') }],
    ['Email/get', { accountId, '#ids': resultOf(1, 'Thread/get', '/list/*/emailIds'), properties: rowProperties }],
  ])
  keepRows(emails.list)
  // As moments: fractions of a second are written as short as they can be, so letters do not sort them.
  return emails.list.toSorted((one, other) => Date.parse(one.receivedAt) - Date.parse(other.receivedAt)).slice(-messagesMax)
}

const isUnread = ({ keywords }: EmailRow): boolean => keywords['$seen'] === undefined && keywords['$draft'] === undefined

/** More that were not read yet are opened one by one, the newest are open. */
const unreadOpenedMax = 10

export const Conversation = ({ emailId }: { emailId: Id }): JSX.Element => {
  const opened = useSignal<ReadonlySet<Id>>(new Set())
  /** Where the person looks already: nothing scrolls. */
  const byHand = useSignal<ReadonlySet<Id>>(new Set())
  const list = useRef<HTMLOListElement>(null)
  useEffect(() => {
    let isLeft = false
    opened.value = new Set()
    byHand.value = new Set()
    const open = async (): Promise<void> => {
      const rows = await loadThread(emailId)
      if (isLeft) return
      // Together: nothing is drawn closed and then open.
      batched(() => {
        opened.value = new Set(rows.filter(isUnread).slice(-unreadOpenedMax).map(({ id }) => id))
        keep(emailId, rows)
      })
    }
    void open().catch(() => undefined)
    return () => {
      isLeft = true
    }
  }, [emailId])
  const rows = threads.value.get(emailId)
  const count = rows?.length ?? 0
  // What is new is seen first, however many messages lie before it.
  useLayoutEffect(() => {
    const first = list.current?.querySelector(':scope > li:has(.message)') ?? null
    if (first !== null && first.previousElementSibling !== null) first.scrollIntoView({ block: 'start' })
  }, [emailId, count, opened.value])
  if (rows === undefined || rows.length < 2) return <Message emailId={emailId} isOpen fills />
  const isOpen = (id: Id, at: number): boolean => id === emailId || at === rows.length - 1 || opened.value.has(id) || byHand.value.has(id)
  return (
    <ol ref={list} class="conversation" aria-label={`${words().conversation} (${words().messages(rows.length)})`}>
      {rows.map((row, at) =>
        isOpen(row.id, at) ? (
          <OpenItem key={row.id} row={row} isFirst={row.id === emailId} isUnread={isUnread(row) && row.id !== emailId} isByHand={byHand.value.has(row.id)} />
        ) : (
          <LineItem key={row.id} row={row} onOpen={() => (byHand.value = new Set([...byHand.peek(), row.id]))} />
        ),
      )}
    </ol>
  )
}
