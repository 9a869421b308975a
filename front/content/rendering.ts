/** The text of a message as it is shown: HTML made safe, plain text in segments, or both one after the other. */
import { view } from '@bulkhead/base/bytes.ts'
import { shownParts, type NumberedPart, type ShownParts } from '@bulkhead/mail/reading/shown-parts.ts'
import { segmentedText, type TextSegment } from '@bulkhead/mail/reading/text-segments.ts'
import type { HtmlPolicy, NotedLink } from '@bulkhead/wire/html/policy.ts'
import { safeHtml } from '@bulkhead/wire/html/safe-html.ts'
import { openTag, textOf } from '@bulkhead/wire/html/serializer.ts'
import { decodedStrictly, type Decoded } from '@bulkhead/wire/mime/charset.ts'
import { decodedContent, decodedPart } from '@bulkhead/wire/mime/decoded-text.ts'
import type { Part } from '@bulkhead/wire/mime/message-index.ts'
import type { HttpSession } from '../http/session.ts'
import { contentIds } from './content-ids.ts'
import { bodyBytes, type OpenMessage } from './open-message.ts'
import { remoteUrlMax, type Content, type ContentTokens, type ShownAs } from './tokens.ts'

export interface Rendering {
  readonly parts: ShownParts
  /** Null where all of it is plain text. */
  readonly html: { readonly html: string; readonly sheet: string } | null
  readonly segments: readonly TextSegment[]
  readonly hasQuote: boolean
  readonly truncated: boolean
  readonly remoteImages: number
  readonly links: readonly NotedLink[]
  readonly lines: number
  /** What the first text was read as. */
  readonly charset: string
  /** Places of parts (`bodyStart`) that the text shows. */
  readonly shownInside: ReadonlySet<number>
  /** About how many bytes it holds. */
  readonly weight: number
}

export interface RenderingAsk {
  readonly as: ShownAs
  /** Quotes stay open, and nothing is coloured for a screen. */
  readonly print: boolean
}

/** Encoded bytes of one text part that are read; of all together half as many parts again. */
const textBytesMax = 3_145_728
const textPartsMax = 16
const lineColumns = 80

const partContent = (part: Part, name: string, type: string): Extract<Content, { is: 'image' }>['part'] =>
  ({ start: part.bodyStart, length: part.bodyEnd - part.bodyStart, encoding: part.encoding, type, name })

const decoded = async (message: OpenMessage, part: Part, as: ShownAs): Promise<Decoded & { readonly cut: boolean }> => {
  const raw = await bodyBytes(message, part, textBytesMax)
  const content = decodedContent(part.encoding, view(raw))
  const cut = part.bodyEnd - part.bodyStart > textBytesMax
  if (as.charset !== 'auto') return { text: decodedStrictly(content, as.charset), charset: as.charset, cut }
  return { ...decodedPart(part, content), cut }
}

const flowedOf = ({ parameters }: Part): { readonly flowed: boolean; readonly deletesSpace: boolean } => {
  const value = (name: string): string => parameters.find(([key]) => key === name)?.[1]?.toLowerCase() ?? ''
  return { flowed: value('format') === 'flowed', deletesSpace: value('delsp') === 'yes' }
}

const linksOf = (segments: readonly TextSegment[]): readonly NotedLink[] =>
  segments.flatMap(({ text, href }) => (href === null ? [] : [{ text, address: href }])).slice(0, 500)

/** A plain part among HTML ones. */
const segmentsHtml = (segments: readonly TextSegment[]): string => {
  const inside = segments.map(({ text, href }) => {
    const words = textOf(text)
    return href === null ? words : `${openTag('a', [['href', href], ['target', '_blank'], ['rel', 'noopener noreferrer nofollow']])}${words}</a>`
  })
  return `<div class="bulkhead-plain">${inside.join('')}</div>`
}

interface Gathered {
  readonly htmls: string[]
  readonly sheets: string[]
  readonly segments: TextSegment[]
  readonly links: NotedLink[]
  readonly shownInside: Set<number>
  charset: string
  hasQuote: boolean
  truncated: boolean
  remoteImages: number
  lines: number
}

export interface RenderingPorts {
  readonly tokens: ContentTokens
  readonly session: HttpSession
}

type PartsById = ReadonlyMap<string, Part>

const policyOf = (
  message: OpenMessage, ids: PartsById, into: Gathered, { as, print }: RenderingAsk, { tokens, session }: RenderingPorts,
): HtmlPolicy => ({
  dark: as.dark && !print,
  image(source) {
    if (source.is === 'remote') {
      return as.images && source.address.length <= remoteUrlMax ? tokens.url(session, { is: 'remote', url: source.address }) : null
    }
    const part = ids.get(source.contentId)
    if (part === undefined) return null
    into.shownInside.add(part.bodyStart)
    return tokens.url(session, { is: 'image', message: message.message, part: partContent(part, '', `${part.type}/${part.subtype}`) })
  },
  // A writer of letters is at hand: the page opens its composer.
  link: (address) => (address.startsWith('mailto:') ? `${session.origin}/?mailto=${encodeURIComponent(address)}` : address),
  foldLabel: print ? null : session.language === 'ja' ? '引用部分を表示' : 'Show quoted text',
})

const addHtml = async (message: OpenMessage, parts: ShownParts, text: string, into: Gathered, ask: RenderingAsk, ports: RenderingPorts): Promise<void> => {
  const ids = /cid:/i.test(text) ? await contentIds(message, parts.attachments) : new Map<string, Part>()
  const safe = safeHtml(text, policyOf(message, ids, into, ask, ports))
  into.htmls.push(safe.html)
  into.sheets.push(safe.sheet)
  into.links.push(...safe.links)
  into.hasQuote ||= safe.hasQuote
  into.truncated ||= safe.truncated
  into.remoteImages += safe.remoteImages
  into.lines += safe.lines
}

const addPlain = (part: Part, text: string, isMixed: boolean, into: Gathered): void => {
  const found = segmentedText(text, flowedOf(part))
  into.segments.push(...found.segments)
  into.links.push(...linksOf(found.segments))
  into.hasQuote ||= found.hasQuote
  into.truncated ||= found.truncated
  into.lines += text.split('\n').reduce((sum, line) => sum + 1 + Math.floor(line.length / lineColumns), 0)
  if (isMixed) into.htmls.push(segmentsHtml(found.segments))
}

export const renderMessage = async (message: OpenMessage, ask: RenderingAsk, ports: RenderingPorts): Promise<Rendering> => {
  const parts = shownParts(message.index.root, ask.as.preferPlain)
  const texts = parts.text.slice(0, textPartsMax)
  const isMixed = texts.some(({ part }) => part.subtype === 'html')
  const into: Gathered = {
    htmls: [], sheets: [], segments: [], links: [], shownInside: new Set(), charset: '', hasQuote: false,
    truncated: texts.length < parts.text.length, remoteImages: 0, lines: 0,
  }
  for (const { part } of texts as readonly NumberedPart[]) {
    const { text, charset, cut } = await decoded(message, part, ask.as)
    into.truncated ||= cut
    if (into.charset === '') into.charset = charset
    if (part.subtype === 'html') await addHtml(message, parts, text, into, ask, ports)
    else addPlain(part, text, isMixed, into)
  }
  const html = isMixed ? { html: into.htmls.join('<hr>'), sheet: into.sheets.join('\n') } : null
  const weight = 1_000 + 2 * ((html?.html.length ?? 0) + (html?.sheet.length ?? 0)) + into.segments.reduce((sum, { text }) => sum + 100 + 2 * text.length, 0)
  const { segments, links, shownInside, charset, hasQuote, truncated, remoteImages, lines } = into
  return { parts, html, segments, links, shownInside, charset, hasQuote, truncated, remoteImages, lines, weight }
}
