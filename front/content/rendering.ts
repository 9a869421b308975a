/** The text of a message as it is shown: HTML made safe, plain text in segments, or both one after the other. */
import { randomBytes } from 'node:crypto'
import { shownParts, type NumberedPart, type ShownParts } from '@bulkhead/mail/reading/shown-parts.ts'
import type { TextSegment } from '@bulkhead/mail/reading/text-segments.ts'
import type { ImageSource, NotedLink } from '@bulkhead/wire/html/policy.ts'
import { openTag, textOf } from '@bulkhead/wire/html/serializer.ts'
import type { Part } from '@bulkhead/wire/mime/message-index.ts'
import type { HttpSession } from '../http/session.ts'
import type { TextReader } from '../reader/text-reader.ts'
import { withImages, type HtmlAsk, type TextAsk, type TextRead } from '../reader/text-work.ts'
import { contentIds } from './content-ids.ts'
import { bodyBytes, type OpenMessage } from './open-message.ts'
import type { Content, ContentTokens, ShownAs } from './tokens.ts'

export interface Rendering {
  readonly parts: ShownParts
  /** Null where all of it is plain text. */
  readonly html: { readonly html: string; readonly sheet: string } | null
  readonly segments: readonly TextSegment[]
  readonly hasQuote: boolean
  readonly truncated: boolean
  /** Reading it took more than one message may take: nothing of it is shown. */
  readonly tooDear: boolean
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
const markBytes = 16

const partContent = (part: Part, name: string, type: string): Extract<Content, { is: 'image' }>['part'] =>
  ({ start: part.bodyStart, length: part.bodyEnd - part.bodyStart, encoding: part.encoding, type, name })

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
  tooDear: boolean
  remoteImages: number
  lines: number
}

export interface RenderingPorts {
  readonly tokens: ContentTokens
  readonly reader: TextReader
  readonly session: HttpSession
}

type PartsById = ReadonlyMap<string, Part>

const htmlAsk = ({ as, print }: RenderingAsk, { origin, language }: HttpSession, ids: PartsById): HtmlAsk => ({
  dark: as.dark && !print, images: as.images, origin, contentIds: [...ids.keys()], mark: randomBytes(markBytes).toString('hex'),
  foldLabel: print ? null : language === 'ja' ? '引用部分を表示' : 'Show quoted text',
})

/** Where an image of the message, or of elsewhere, is to be had. */
const imageUrl = (source: ImageSource, message: OpenMessage, ids: PartsById, into: Gathered, { tokens, session }: RenderingPorts): string => {
  if (source.is === 'remote') return tokens.url(session, { is: 'remote', url: source.address })
  const part = ids.get(source.contentId)
  if (part === undefined) return ''
  into.shownInside.add(part.bodyStart)
  return tokens.url(session, { is: 'image', message: message.message, part: partContent(part, '', `${part.type}/${part.subtype}`) })
}

type UrlOf = (source: ImageSource) => string

const addHtml = ({ html, sheet, images, remoteImages }: NonNullable<TextRead['html']>, mark: string, urlOf: UrlOf, into: Gathered): void => {
  const urls = images.map(urlOf)
  const address = (number: number): string => urls[number] ?? ''
  into.htmls.push(withImages(html, mark, address))
  into.sheets.push(withImages(sheet, mark, address))
  into.remoteImages += remoteImages
}

const addText = (read: TextRead, cut: boolean, into: Gathered): void => {
  into.truncated ||= cut || read.truncated
  if (into.charset === '') into.charset = read.charset
  into.segments.push(...read.segments)
  into.links.push(...read.links)
  into.hasQuote ||= read.hasQuote
  into.lines += read.lines
}

const weightOf = ({ htmls, sheets, segments }: Gathered): number =>
  1_000 + [...htmls, ...sheets].reduce((sum, { length }) => sum + 2 * length, 0) + segments.reduce((sum, { text }) => sum + 100 + 2 * text.length, 0)

export const renderMessage = async (message: OpenMessage, ask: RenderingAsk, ports: RenderingPorts): Promise<Rendering> => {
  const parts = shownParts(message.index.root, ask.as.preferPlain)
  const texts: readonly NumberedPart[] = parts.text.slice(0, textPartsMax)
  const isMixed = texts.some(({ part }) => part.subtype === 'html')
  const ids: PartsById = isMixed ? await contentIds(message, parts.attachments) : new Map()
  const into: Gathered = {
    htmls: [], sheets: [], segments: [], links: [], shownInside: new Set(), charset: '', hasQuote: false,
    truncated: texts.length < parts.text.length, tooDear: false, remoteImages: 0, lines: 0,
  }
  for (const { part } of texts) {
    const html = part.subtype === 'html' ? htmlAsk(ask, ports.session, ids) : null
    const { type, subtype, encoding, parameters } = part
    const bytes = await bodyBytes(message, part, textBytesMax)
    const textAsk: TextAsk = { part: { type, subtype, encoding, parameters }, charset: ask.as.charset, html, value: null }
    const read = await ports.reader.read(textAsk, bytes, ports.session.who.account)
    into.tooDear ||= read === 'tooDear'
    if (read === 'tooDear') break
    addText(read, part.bodyEnd - part.bodyStart > textBytesMax, into)
    if (html !== null && read.html !== null) addHtml(read.html, html.mark, (source) => imageUrl(source, message, ids, into, ports), into)
    else if (isMixed) into.htmls.push(segmentsHtml(read.segments))
  }
  const html = isMixed ? { html: into.htmls.join('<hr>'), sheet: into.sheets.join('\n') } : null
  const { segments, links, shownInside, charset, hasQuote, truncated, tooDear, remoteImages, lines } = into
  return { parts, html, segments, links, shownInside, charset, hasQuote, truncated, tooDear, remoteImages, lines, weight: weightOf(into) }
}
