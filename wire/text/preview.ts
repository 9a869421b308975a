/** The first words of a message for a list (RFC 8970): quotes, their introductions and signatures left out, white space run together. */
import { shortened } from './shortened.ts'

/** RFC 8970 section 4: at most 256, 200 recommended. */
export const previewCharsMax = 200
/** What is looked at of a text; a preview is at its beginning or nowhere. */
const lookedAtMax = 4_096

const quoted = /^\s*(?:[>|\uff1e]|[A-Za-z]{1,3}>)/
/** `On … wrote:` and its kin, the line before a quote. */
const introduction = new RegExp([
  '(?:wrote|writes|schrieb|a \u00e9crit|escribi\u00f3)\\s*:\\s*$',
  '\u66f8\u304d\u307e\u3057\u305f\\s*[:\uff1a]?\\s*$',
  '^-{2,}\\s*(?:Original Message|Forwarded message|\u5143\u306e\u30e1\u30c3\u30bb\u30fc\u30b8)',
].join('|'), 'i')
const rule = /^[\s\-=_*~\u30fc\u2500\u2501\u2550\u2014.\u30fb\u25a0\u25a1\u25c6\u25c7\u2606\u2605]+$/

const blanks = /[\s\u0085\u00ad\u200b-\u200f\u2028\u2029\ufeff\u0000-\u001f]+/g
/** Blanks that are not one space each. */
const untidy = /[^\S ]| {2}|[\u0085\u00ad\u200b-\u200f\u0000-\u001f]/

const oneLine = (text: string): string => (untidy.test(text) ? text.replace(blanks, ' ') : text).trim()

const surrogate = /[\ud800-\udfff]/

const cut = (text: string): string => {
  if (text.length <= previewCharsMax) return text
  const head = text.slice(0, previewCharsMax)
  if (!surrogate.test(head)) return `${head.slice(0, -1).trimEnd()}\u2026`
  const chars = Array.from(shortened(text, previewCharsMax * 2))
  return chars.length <= previewCharsMax ? chars.join('') : `${chars.slice(0, previewCharsMax - 1).join('').trimEnd()}\u2026`
}

/** Lines without their ends, one after the other: seldom are all of them wanted. */
function* linesOf(text: string): Generator<string, void, void> {
  for (let from = 0; from <= text.length; ) {
    const found = text.indexOf('\n', from)
    const end = found < 0 ? text.length : found
    yield text.slice(from, found > from && text[end - 1] === '\r' ? end - 1 : end)
    from = end + 1
  }
}

/** `text`: a plain text, or what `htmlText` makes of HTML. */
export const previewOf = (text: string): string => {
  const kept: string[] = []
  let length = 0
  for (const line of linesOf(shortened(text, lookedAtMax))) {
    if (line === '-- ' || line === '--') break
    if (quoted.test(line) || introduction.test(line) || rule.test(line)) continue
    kept.push(line)
    if ((length += line.length) > previewCharsMax * 4) break
  }
  const own = oneLine(kept.join(' '))
  // A message of nothing but quotes is shown by them.
  return cut(own === '' ? oneLine(shortened(text, lookedAtMax)) : own)
}
