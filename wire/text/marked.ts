/** Text in which what was searched for is marked, as HTML that holds nothing but text and `<mark>` (RFC 8621 section 5). */
import { folded } from './folded.ts'

/** Characters that are looked at. */
const lookedAtMax = 200_000
/** Characters shown before the first mark where the text is cut. */
const leadChars = 40
const marksMax = 100

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escaped = (char: string): string => escapes[char] ?? char

/** The text folded character by character, with the place of each in the text: good enough to point at. */
interface Traced {
  readonly folded: string
  /** Place in the text of every unit, and the end. */
  readonly places: Uint32Array
}

const traced = (text: string): Traced => {
  const lowerCase = text.toLowerCase()
  if (/^[\x20-\x7e]*$/.test(text)) return { folded: lowerCase, places: Uint32Array.from({ length: text.length + 1 }, (_, at) => at) }
  const units: string[] = []
  const places: number[] = []
  let at = 0
  for (const char of text) {
    const one = folded(char)
    for (let unit = 0; unit < one.length; unit += 1) places.push(at)
    units.push(one)
    at += char.length
  }
  places.push(at)
  return { folded: units.join(''), places: Uint32Array.from(places) }
}

type Span = readonly [from: number, to: number]

/** Ascending, apart from each other. */
const spansOf = ({ folded: text, places }: Traced, needles: readonly string[]): readonly Span[] => {
  const found: Span[] = []
  for (const needle of needles) {
    for (let at = needle === '' ? -1 : text.indexOf(needle); at >= 0 && found.length < marksMax; at = text.indexOf(needle, at + needle.length)) {
      found.push([places[at] ?? 0, Math.max(places[at + needle.length] ?? 0, (places[at] ?? 0) + 1)])
    }
  }
  const spans: [number, number][] = []
  for (const [from, to] of found.toSorted((one, other) => one[0] - other[0])) {
    const last = spans.at(-1)
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to)
    else spans.push([from, to])
  }
  return spans
}

const markOctets = '<mark></mark>'.length

/** From `start` on as much as fits, marks closed. */
const written = (text: string, spans: readonly Span[], start: number, octetsMax: number): string => {
  let html = ''
  let octets = start > 0 ? 3 : 0
  let inMark = false
  let number = spans.findIndex(([, to]) => to > start)
  let at = start
  for (const char of text.slice(start)) {
    const span = spans[number]
    const opens: boolean = !inMark && span !== undefined && number >= 0 && at >= span[0]
    const piece = escaped(char)
    octets += Buffer.byteLength(piece) + (opens ? markOctets : 0)
    if (octets > octetsMax) break
    if (opens) html += '<mark>'
    inMark ||= opens
    html += piece
    at += char.length
    if (inMark && span !== undefined && at >= span[1]) {
      html += '</mark>'
      inMark = false
      number += 1
    }
  }
  return `${start > 0 ? '\u2026' : ''}${html}${inMark ? '</mark>' : ''}`
}

/** `needles`: folded. Null where none of them is in the text. `octetsMax`: of the HTML; it begins a little before the first mark then. */
export const markedText = (whole: string, needles: readonly string[], octetsMax = Number.POSITIVE_INFINITY): string | null => {
  const text = whole.slice(0, lookedAtMax).toWellFormed().replace(/\s+/g, ' ').trim()
  const spans = spansOf(traced(text), needles)
  const [first] = spans
  if (first === undefined) return null
  if (octetsMax === Number.POSITIVE_INFINITY) return written(text, spans, 0, octetsMax)
  const lead = Math.max(0, first[0] - leadChars)
  const blank = lead === 0 ? -1 : text.slice(lead, first[0]).indexOf(' ')
  const start = lead + blank + 1
  const isInside = start > 0 && /[\udc00-\udfff]/.test(text[start] ?? '')
  return written(text, spans, isInside ? start + 1 : start, octetsMax)
}
