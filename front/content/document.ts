/**
 * A message's text as a document of its own for a sandboxed frame. Its policy lets it show images of this origin and nothing else; a
 * document to be printed runs one script, ours, known by its digest.
 */
import { createHash } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { decodedWords } from '@bulkhead/wire/mime/encoded-word.ts'
import { fieldText } from '@bulkhead/wire/mime/header.ts'
import { foldClass } from '@bulkhead/wire/html/filter.ts'
import { textOf } from '@bulkhead/wire/html/serializer.ts'
import { shownName } from '@bulkhead/wire/text/shown-name.ts'
import type { HttpSession } from '../http/session.ts'
import { always } from './headers.ts'
import type { OpenMessage } from './open-message.ts'
import type { Rendering } from './rendering.ts'

const fonts = [
  'system-ui, -apple-system, "Hiragino Sans", "Hiragino Kaku Gothic ProN", "BIZ UDPGothic", "Yu Gothic UI", Meiryo, "Noto Sans JP"', 'sans-serif',
].join(', ')

const base = `
html { color-scheme: light; background: #fff; color: #1a1a1a }
body { margin: 0; padding: 12px 16px; font: 15px/1.65 ${fonts}; overflow-wrap: anywhere; line-break: strict }
img { max-width: 100%; height: auto }
a { color: #0b57d0 }
table { max-width: 100% }
@media (max-width: 640px) { table[width]:not([width$="%"]) { width: auto } }
pre { white-space: pre-wrap }
blockquote { margin: 0 0 0 8px; padding-left: 10px; border-left: 3px solid #c4c7cc }
.bulkhead-plain { white-space: pre-wrap }
.${foldClass} > summary {
  display: inline-block; min-width: 24px; min-height: 24px; padding: 0 10px; border: 1px solid #8a8f98; border-radius: 12px; cursor: pointer;
  list-style: none; color: #1a1a1a; background: #f1f3f4; font: 12px/22px ${fonts}
}
.${foldClass} > summary::-webkit-details-marker { display: none }
.${foldClass} > summary > span { margin-left: 6px }
.${foldClass} > summary:focus-visible { outline: 3px solid #0b57d0; outline-offset: 2px }`

/** Of the document that surrounds a recoloured message: what was white is black (see `css-colour.ts`). */
const dark = `
html { color-scheme: dark; background: #000; color: #fff }
a { color: #9ec5ff }
blockquote { border-left-color: #5f6368 }
.${foldClass} > summary { color: #e8eaed; background: #26282b; border-color: #8a8f98 }
.${foldClass} > summary:focus-visible { outline-color: #9ec5ff }`

const printed = `
body { padding: 0 }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 12px; margin: 0 0 16px; padding-bottom: 12px; border-bottom: 1px solid #888 }
dt { font-weight: 600 }
dd { margin: 0 }
h1 { font-size: 20px; margin: 0 0 8px }`

const printScript = 'addEventListener("load",()=>print())'
const printDigest = createHash('sha256').update(printScript).digest('base64')

const headed = (message: OpenMessage, name: string, label: string): string => {
  const field = message.fields.find((one) => one.name === name)
  const value = field === undefined ? '' : shownName(decodedWords(fieldText(message.header, field)), 2_000)
  return value === '' ? '' : `<dt>${textOf(label)}</dt><dd>${textOf(value)}</dd>`
}

const labels = {
  ja: { from: '差出人', to: '宛先', cc: 'Cc', date: '日時', none: '（件名なし）' },
  en: { from: 'From', to: 'To', cc: 'Cc', date: 'Date', none: '(no subject)' },
} as const

export const subjectOf = ({ fields, header }: Pick<OpenMessage, 'fields' | 'header'>): string => {
  const field = fields.find(({ name }) => name === 'subject')
  return field === undefined ? '' : shownName(decodedWords(fieldText(header, field)), 1_000)
}

const printHead = (message: OpenMessage, language: 'ja' | 'en'): string => {
  const word = labels[language]
  const rows = [headed(message, 'from', word.from), headed(message, 'to', word.to), headed(message, 'cc', word.cc), headed(message, 'date', word.date)]
  return `<h1>${textOf(subjectOf(message) || word.none)}</h1><dl>${rows.join('')}</dl>`
}

const kana = /[\u3040-\u30ff]/

/** Lets the page that holds the frame have it as tall as its document, which is all it learns (CSS Sizing 4, `frame-sizing`). */
const heightFor = ({ origin }: HttpSession): string => `<meta name="responsive-embedded-sizing" content="allow-origins=${textOf(origin)}">`

const page = (title: string, head: string, body: string): string => `<!DOCTYPE html>
<html lang="${kana.test(body) ? 'ja' : 'und'}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${textOf(title)}</title>
${head}</head><body>${body}</body></html>`

const segmentsText = ({ segments }: Rendering): string => `<div class="bulkhead-plain">${segments.map(({ text }) => textOf(text)).join('')}</div>`

const policyOf = (session: HttpSession, print: boolean): string => [
  print ? 'sandbox allow-scripts allow-modals' : 'sandbox allow-popups allow-popups-to-escape-sandbox',
  "default-src 'none'", "style-src 'unsafe-inline'", `img-src ${session.contentOrigin} data:`, "base-uri 'none'", "form-action 'none'",
  print ? `script-src 'sha256-${printDigest}'` : "script-src 'none'",
  print ? "frame-ancestors 'none'" : `frame-ancestors ${session.origin}`,
].join('; ')

export interface Shown {
  readonly dark: boolean
  /** Null: not to be printed. */
  readonly print: OpenMessage | null
}

export const sendDocument = (response: ServerResponse, session: HttpSession, rendering: Rendering, { dark: isDark, print }: Shown): void => {
  const inside = rendering.html === null ? segmentsText(rendering) : rendering.html.html
  const style = [base, isDark ? dark : '', print === null ? '' : printed, rendering.html?.sheet ?? ''].join('\n')
  const title = print === null ? (session.language === 'ja' ? 'メール本文' : 'Message') : subjectOf(print)
  const head = print === null ? '' : printHead(print, session.language)
  const [setting, script] = print === null ? [heightFor(session), ''] : ['', `<script>${printScript}</script>`]
  const body = Buffer.from(page(title, `${setting}<style>${style}</style>`, head + inside + script), 'utf8')
  response.writeHead(200, {
    ...always, 'content-type': 'text/html; charset=utf-8', 'content-length': body.length, 'content-security-policy': policyOf(session, print !== null),
  })
  response.end(body)
}
