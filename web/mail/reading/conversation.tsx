/** All messages of a thread, the oldest first: those that were read are one line each, the one that is open and the last are open. */
import { signal, useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { language } from '../../kit/language.ts'
import { batch, resultOf } from '../jmap/client.ts'
import type { EmailRow, GetAnswer, Id } from '../jmap/types.ts'
import { shortDate } from '../list/dates.ts'
import { keepRows, rowProperties } from '../store/emails.ts'
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

const loadThread = async (emailId: Id): Promise<void> => {
  const [, , emails] = await batch<readonly [unknown, unknown, GetAnswer<EmailRow>]>([
    ['Email/get', { ids: [emailId], properties: ['threadId'] }],
    ['Thread/get', { '#ids': resultOf(0, 'Email/get', '/list/*/threadId') }],
    ['Email/get', { '#ids': resultOf(1, 'Thread/get', '/list/*/emailIds'), properties: rowProperties }],
  ])
  keepRows(emails.list)
  const ordered = emails.list.toSorted((one, other) => one.receivedAt.localeCompare(other.receivedAt)).slice(-messagesMax)
  keep(emailId, ordered)
}

const Line = ({ row, onOpen }: { row: EmailRow; onOpen: () => void }): JSX.Element => {
  const [sender] = row.from ?? []
  const who = sender?.name ?? sender?.email ?? words().unnamed
  return (
    <button type="button" class="conversation-line" aria-expanded={false} onClick={onOpen}>
      <bdi class="conversation-who">{who}</bdi>
      <span class="conversation-preview">{row.preview}</span>
      <time dateTime={row.receivedAt}>{shortDate(new Date(row.receivedAt), new Date(), language.value)}</time>
      <span class="only-heard">{words().expand}</span>
    </button>
  )
}

export const Conversation = ({ emailId }: { emailId: Id }): JSX.Element => {
  const opened = useSignal<ReadonlySet<Id>>(new Set())
  useEffect(() => {
    opened.value = new Set()
    void loadThread(emailId).catch(() => undefined)
  }, [emailId])
  const rows = threads.value.get(emailId)
  if (rows === undefined || rows.length < 2) return <Message emailId={emailId} isOpen fills />
  const isOpen = (id: Id, at: number): boolean => id === emailId || at === rows.length - 1 || opened.value.has(id)
  return (
    <ol class="conversation" aria-label={`${words().conversation} (${words().messages(rows.length)})`}>
      {rows.map((row, at) => (
        <li key={row.id} class="conversation-item">
          {isOpen(row.id, at) ? (
            <Message emailId={row.id} isOpen={row.id === emailId} fills={false} />
          ) : (
            <Line row={row} onOpen={() => (opened.value = new Set([...opened.peek(), row.id]))} />
          )}
        </li>
      ))}
    </ol>
  )
}
