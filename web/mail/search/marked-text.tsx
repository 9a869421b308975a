import type { JSX } from 'preact'
import { fromMark, piecesOf } from './marked.ts'

/** Text with what was searched for marked: text nodes and `mark`, whatever the snippet holds. `near`: begins a little before the first mark. */
export const MarkedText = ({ html, near = false }: { html: string; near?: boolean }): JSX.Element => (
  <>{(near ? fromMark(piecesOf(html)) : piecesOf(html)).map(({ text, isMarked }, at) => (isMarked ? <mark key={at}>{text}</mark> : text))}</>
)
