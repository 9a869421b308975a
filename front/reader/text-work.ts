/**
 * One text part of a message, from its bytes to what is shown of it: transfer encoding and charset undone, HTML made safe, plain text in
 * segments. Pure, so that it can be done in a process that holds nothing (`serve.ts`): where images are to be had is filled in afterwards.
 */
import { view } from '@bulkhead/base/bytes.ts'
import { segmentedText, type TextSegment } from '@bulkhead/mail/reading/text-segments.ts'
import type { HtmlPolicy, ImageSource, NotedLink } from '@bulkhead/wire/html/policy.ts'
import { safeHtml } from '@bulkhead/wire/html/safe-html.ts'
import { decodedStrictly, type Decoded } from '@bulkhead/wire/mime/charset.ts'
import { decodedContent, decodedPart } from '@bulkhead/wire/mime/decoded-text.ts'
import type { Part } from '@bulkhead/wire/mime/message-index.ts'
import { partText } from '@bulkhead/wire/mime/search-text.ts'
import { folded } from '@bulkhead/wire/text/folded.ts'
import type { CharsetChoice } from '../jmap/reading/view.ts'

export interface HtmlAsk {
  readonly dark: boolean
  /** Remote images are shown. */
  readonly images: boolean
  /** Words on the fold of the quoted part; null: it stays open. */
  readonly foldLabel: string | null
  /** The page whose composer opens for `mailto:`. */
  readonly origin: string
  /** Of the message's other parts; what is not among them is not shown. */
  readonly contentIds: readonly string[]
  /** Where the image of number n goes, the result says `https://<mark>.invalid/<n>`: 32 hex digits that no sender could foresee. */
  readonly mark: string
}

/** Of JMAP's `bodyValues`. */
export interface ValueAsk {
  readonly isHtml: boolean
  /** Bytes of UTF-8 at most. */
  readonly bytesMax: number
  /** The bytes are not all of the part. */
  readonly isCut: boolean
}

export type TextPart = Pick<Part, 'type' | 'subtype' | 'encoding' | 'parameters'>

export interface TextAsk {
  readonly part: TextPart
  readonly charset: CharsetChoice
  readonly html: HtmlAsk | null
  /** Where one of these is asked for, nothing else is done. */
  readonly value: ValueAsk | null
  /** What SEARCH looks into, folded: `value` of what is read. */
  readonly folded?: true
}

export interface TextRead {
  readonly charset: string
  readonly segments: readonly TextSegment[]
  readonly html: { readonly html: string; readonly sheet: string; readonly images: readonly ImageSource[]; readonly remoteImages: number } | null
  readonly links: readonly NotedLink[]
  readonly hasQuote: boolean
  readonly truncated: boolean
  readonly lines: number
  readonly value: string
}

/** Bytes of a remote image's address: the gate takes no target of more than 4,096, and a token is a third longer than what it holds. */
export const remoteUrlMax = 2_700
const lineColumns = 80
const linksMax = 500

const decoded = ({ part, charset }: TextAsk, bytes: Uint8Array): Decoded => {
  const content = decodedContent(part.encoding, view(bytes))
  return charset === 'auto' ? decodedPart(part, content) : { text: decodedStrictly(content, charset), charset }
}

const formatOf = ({ parameters }: TextPart): { readonly flowed: boolean; readonly deletesSpace: boolean } => {
  const value = (name: string): string => parameters.find(([key]) => key === name)?.[1]?.toLowerCase() ?? ''
  return { flowed: value('format') === 'flowed', deletesSpace: value('delsp') === 'yes' }
}

const nothing: Omit<TextRead, 'charset'> =
  { segments: [], html: null, links: [], hasQuote: false, truncated: false, lines: 0, value: '' }

const plainRead = (part: TextPart, { text, charset }: Decoded): TextRead => {
  const { segments, hasQuote, truncated } = segmentedText(text, formatOf(part))
  const links = segments.flatMap(({ text: words, href }) => (href === null ? [] : [{ text: words, address: href }])).slice(0, linksMax)
  let lines = 0
  for (let at = 0; at <= text.length;) {
    const end = text.indexOf('\n', at)
    const next = end < 0 ? text.length : end
    lines += 1 + Math.floor((next - at) / lineColumns)
    at = next + 1
  }
  return { ...nothing, charset, segments, links, hasQuote, truncated, lines }
}

const policyOf = (ask: HtmlAsk, images: ImageSource[]): HtmlPolicy => ({
  dark: ask.dark,
  image(source) {
    const isShown = source.is === 'remote' ? ask.images && source.address.length <= remoteUrlMax : ask.contentIds.includes(source.contentId)
    return isShown ? `https://${ask.mark}.invalid/${images.push(source) - 1}` : null
  },
  // A writer of letters is at hand: the page opens its composer.
  link: (address) => (address.startsWith('mailto:') ? `${ask.origin}/?mailto=${encodeURIComponent(address)}` : address),
  foldLabel: ask.foldLabel,
})

const htmlRead = (ask: HtmlAsk, { text, charset }: Decoded): TextRead => {
  const images: ImageSource[] = []
  const { html, sheet, remoteImages, links, hasQuote, truncated, lines } = safeHtml(text, policyOf(ask, images))
  return { ...nothing, charset, html: { html, sheet, images, remoteImages }, links, hasQuote, truncated, lines }
}

/** No character and no tag of HTML cut through. */
const cut = (value: string, { bytesMax, isHtml }: ValueAsk): string => {
  const bytes = Buffer.from(value.slice(0, bytesMax), 'utf8')
  if (bytes.length <= bytesMax && value.length <= bytesMax) return value
  let end = Math.min(bytesMax, bytes.length)
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1
  const text = bytes.toString('utf8', 0, end).replace(/\ufffd$/, '')
  const open = isHtml ? text.lastIndexOf('<') : -1
  return open > text.lastIndexOf('>') ? text.slice(0, open) : text
}

const withoutTornEnd = (text: string): string => {
  let end = text.length
  while (end > 0 && text[end - 1] === '\ufffd') end -= 1
  return text.slice(0, end)
}

const valueRead = (ask: ValueAsk, { text: all, charset }: Decoded): TextRead => {
  const whole = all.replaceAll('\r\n', '\n')
  const text = ask.isCut ? withoutTornEnd(whole) : whole
  const value = cut(text, ask)
  return { ...nothing, charset, value, truncated: value.length < text.length || ask.isCut }
}

export const textRead = (ask: TextAsk, bytes: Uint8Array): TextRead => {
  if (ask.folded === true) return { ...nothing, charset: '', value: folded(partText(ask.part, bytes)) }
  const text = decoded(ask, bytes)
  if (ask.value !== null) return valueRead(ask.value, text)
  return ask.html === null ? plainRead(ask.part, text) : htmlRead(ask.html, text)
}

/** `address` says where each image is to be had. */
export const withImages = (text: string, mark: string, address: (number: number) => string): string =>
  text.replaceAll(new RegExp(`https://${mark}\\.invalid/(\\d+)`, 'g'), (_, number: string) => address(Number(number)))
