/** The text of a message for an answer to it: plain, and as safe HTML without its style sheet where it has one. */
import { htmlText } from '@bulkhead/wire/text/html-text.ts'
import type { Rendering } from '../../content/rendering.ts'
import type { MessageView } from './view.ts'

const quoteCharsMax = 200_000

export const quoteOf = ({ html, segments }: Rendering): NonNullable<MessageView['quote']> => {
  const text = html === null ? segments.map((segment) => '> '.repeat(segment.depth) + segment.text).join('') : htmlText(html.html)
  const fits = html !== null && html.html.length <= quoteCharsMax
  return { text: text.slice(0, quoteCharsMax), html: fits ? html.html : null }
}
