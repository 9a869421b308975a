/**
 * All of a text of which the message shows a part only: asked for when it is wanted, as plain text, and put into the page a piece at a time,
 * since a page that lays out many megabytes at once stands still.
 */
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { Button } from '../../kit/button.tsx'
import { announce } from '../../kit/live.tsx'
import { call } from '../jmap/client.ts'
import type { GetAnswer, Id } from '../jmap/types.ts'
import { words } from './words.ts'

/** Characters of a piece. */
const pieceChars = 200_000

interface Texts {
  readonly textBody: readonly { readonly partId: string | null; readonly type: string }[]
  readonly bodyValues: Readonly<Record<string, { readonly value: string; readonly isTruncated: boolean }>>
}

interface Whole {
  readonly text: string
  /** The server gave no more than this. */
  readonly isCut: boolean
}

const wholeTextOf = async (emailId: Id): Promise<Whole> => {
  const args = { ids: [emailId], properties: ['textBody', 'bodyValues'], bodyProperties: ['partId', 'type'], fetchTextBodyValues: true }
  const { list } = await call<GetAnswer<Texts>>('Email/get', args)
  const [found] = list
  const values = (found?.textBody ?? []).flatMap(({ partId, type }) => (type === 'text/plain' ? (found?.bodyValues[partId ?? ''] ?? []) : []))
  return { text: values.map(({ value }) => value).join('\n'), isCut: values.some(({ isTruncated }) => isTruncated) }
}

/** No piece ends within a character, nor within a line that is not longer than a piece. */
const endOf = (text: string, from: number): number => {
  const end = from + pieceChars
  if (end >= text.length) return text.length
  const line = text.lastIndexOf('\n', end)
  if (line > from) return line + 1
  return (text.codePointAt(end - 1) ?? 0) > 0xffff ? end - 1 : end
}

interface Shown {
  readonly whole: Whole
  readonly pieces: readonly string[]
  readonly end: number
}

const withNext = (whole: Whole, pieces: readonly string[], from: number): Shown => {
  const end = endOf(whole.text, from)
  return { whole, pieces: [...pieces, whole.text.slice(from, end)], end }
}

/** Has the focus when it comes: the button that asked for it is gone. */
const Pieces = ({ whole }: { whole: Whole }): JSX.Element => {
  const shown = useSignal(withNext(whole, [], 0))
  const place = useRef<HTMLElement>(null)
  useEffect(() => place.current?.focus(), [])
  const text = words()
  const { pieces, end } = shown.value
  const isAll = end === whole.text.length
  return (
    <section class="whole-text" aria-label={text.wholeText} tabIndex={-1} ref={place}>
      <h3>{text.wholeText}</h3>
      {pieces.map((piece, at) => <p key={at} class="text-run">{piece}</p>)}
      {isAll ? null : <Button label={text.showMoreText} onClick={() => (shown.value = withNext(whole, pieces, end))} />}
      {isAll && whole.isCut ? <p class="message-truncated">{text.restInSource}</p> : null}
    </section>
  )
}

type State = { readonly is: 'asked' | 'asking' | 'failed' } | { readonly is: 'there'; readonly whole: Whole }

export const WholeText = ({ emailId }: { emailId: Id }): JSX.Element => {
  const state = useSignal<State>({ is: 'asked' })
  const text = words()
  const show = async (): Promise<void> => {
    state.value = { is: 'asking' }
    try {
      const whole = await wholeTextOf(emailId)
      state.value = { is: 'there', whole }
      announce(whole.text === '' ? text.noPlainText : text.wholeTextThere)
    } catch {
      state.value = { is: 'failed' }
      announce(text.failed)
    }
  }
  const now = state.value
  if (now.is === 'there') return now.whole.text === '' ? <p class="message-truncated">{text.noPlainText}</p> : <Pieces whole={now.whole} />
  return (
    <p class="message-truncated">
      {now.is === 'failed' ? text.failed : text.truncated}{' '}
      <Button label={text.showWholeText} disabled={now.is === 'asking'} onClick={() => void show()} />
    </p>
  )
}
