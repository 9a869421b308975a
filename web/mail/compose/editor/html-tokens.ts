/**
 * HTML that was pasted, or came back in a draft or an answered message, as a tree of elements and text. Lenient as mail
 * is; runs no script, loads nothing and touches no document, which a browser's own parser cannot promise everywhere.
 * It needs no exactness: what is read here is only ever rebuilt from the editor's own schema.
 */

export interface HtmlElement {
  readonly tag: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: HtmlNode[]
}
export type HtmlNode = string | HtmlElement

/** Characters read; the rest of a longer text is left out. */
export const htmlCharactersMax = 2_000_000
/** Deeper elements are left out; their text stays. */
export const htmlDepthMax = 64
const nodesMax = 50_000
const attributesMax = 32

const voids = new Set(['area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'source', 'track', 'wbr'])
/** Elements whose inside is no text of the message. */
const skipped = new Set([
  'script', 'style', 'title', 'template', 'noscript', 'iframe', 'object', 'svg', 'math', 'select', 'textarea', 'head', 'xml', 'audio', 'video', 'canvas',
])
const closedBy: Record<string, readonly string[]> = {
  p: ['p', 'div', 'ul', 'ol', 'blockquote', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'pre', 'hr', 'table', 'li', 'td', 'th', 'tr'],
  li: ['li'], td: ['td', 'th', 'tr'], th: ['td', 'th', 'tr'], tr: ['tr'], dt: ['dt', 'dd'], dd: ['dt', 'dd'], option: ['option'],
}

const named: Record<string, string> = {
  amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0', copy: '©', reg: '®', trade: '™', hellip: '…', mdash: '—', ndash: '–',
  lsquo: '‘', rsquo: '’', ldquo: '“', rdquo: '”', laquo: '«', raquo: '»', bull: '•', middot: '·',
  times: '×', yen: '¥', pound: '£', euro: '€', deg: '°',
  rarr: '→', larr: '←', uarr: '↑', darr: '↓', ensp: '\u2002', emsp: '\u2003', thinsp: '\u2009', zwnj: '\u200c', zwj: '\u200d', shy: '\u00ad',
  sect: '§', para: '¶',
}

const codePoint = (value: number): string => (value === 0 || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff) ? '\ufffd' : String.fromCodePoint(value))

export const decodeEntities = (text: string): string =>
  text.replace(/&(?:#[xX]([0-9a-fA-F]{1,6})|#(\d{1,7})|([a-zA-Z]{2,8}));?/gu, (whole, hex?: string, decimal?: string, name?: string) => {
    if (hex !== undefined) return codePoint(Number.parseInt(hex, 16))
    if (decimal !== undefined) return codePoint(Number(decimal))
    return Object.hasOwn(named, name ?? '') ? (named[name ?? ''] ?? whole) : whole
  })

const attributePattern = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/gu

const readAttributes = (text: string): Map<string, string> => {
  const found = new Map<string, string>()
  for (const match of text.matchAll(attributePattern)) {
    if (found.size >= attributesMax) break
    const name = (match[1] ?? '').toLowerCase()
    if (!found.has(name)) found.set(name, decodeEntities(match[2] ?? match[3] ?? match[4] ?? ''))
  }
  return found
}

/** Where a tag ends: at the first `>` outside quotes, or nowhere. */
const tagEnd = (html: string, from: number): number => {
  let quote = ''
  for (let at = from; at < html.length; at++) {
    const char = html[at] ?? ''
    if (quote !== '') {
      if (char === quote) quote = ''
    } else if (char === '>') return at
    else if ((char === '"' || char === "'") && /=\s*$/u.test(html.slice(Math.max(from, at - 8), at))) quote = char
  }
  return -1
}

/** After a comment, a doctype or the whole of an element that is left out. */
const afterSkipped = (html: string, lower: string, at: number, tag: string): number => {
  const close = lower.indexOf(`</${tag}`, at)
  if (close < 0) return html.length
  const end = html.indexOf('>', close)
  return end < 0 ? html.length : end + 1
}

const afterComment = (html: string, at: number): number => {
  const end = html.startsWith('<!--', at) ? html.indexOf('-->', at + 4) : html.indexOf('>', at)
  return end < 0 ? html.length : end + (html.startsWith('<!--', at) ? 3 : 1)
}

class Builder {
  readonly root: HtmlElement = { tag: '#root', attributes: new Map(), children: [] }
  readonly #open: HtmlElement[] = [this.root]
  #nodes = 0

  get full(): boolean {
    return this.#nodes >= nodesMax
  }

  get #here(): HtmlElement {
    return this.#open.at(-1) ?? this.root
  }

  text(raw: string): void {
    if (raw === '') return
    this.#nodes++
    this.#here.children.push(decodeEntities(raw))
  }

  open(tag: string, attributes: ReadonlyMap<string, string>, empty: boolean): void {
    while (this.#open.length > 1 && (closedBy[this.#here.tag] ?? []).includes(tag)) this.#open.pop()
    if (this.#open.length >= htmlDepthMax) return
    const element: HtmlElement = { tag, attributes, children: [] }
    this.#nodes++
    this.#here.children.push(element)
    if (!empty) this.#open.push(element)
  }

  close(tag: string): void {
    const at = this.#open.findLastIndex((element) => element.tag === tag)
    if (at > 0) this.#open.length = at
  }
}

export const readHtml = (source: string): readonly HtmlNode[] => {
  const html = source.slice(0, htmlCharactersMax)
  const lower = html.toLowerCase()
  const builder = new Builder()
  let at = 0
  while (at < html.length && !builder.full) {
    const open = html.indexOf('<', at)
    if (open < 0 || open === html.length - 1) break
    builder.text(html.slice(at, open))
    const name = /^<(\/?)([a-zA-Z][a-zA-Z0-9:-]{0,31})/u.exec(html.slice(open, open + 40))
    if (name === null) {
      const isMarkup = /[!?/]/u.test(html[open + 1] ?? '')
      if (!isMarkup) builder.text('<')
      at = isMarkup ? afterComment(html, open) : open + 1
      continue
    }
    const end = tagEnd(html, open + name[0].length)
    if (end < 0) return builder.root.children
    const tag = (name[2] ?? '').toLowerCase()
    at = end + 1
    if (name[1] === '/') builder.close(tag)
    else if (skipped.has(tag)) at = html[end - 1] === '/' ? at : afterSkipped(html, lower, at, tag)
    else {
      const inside = html.slice(open + name[0].length, end)
      builder.open(tag, readAttributes(inside.replace(/\/$/u, '')), voids.has(tag))
    }
  }
  if (!builder.full) builder.text(html.slice(at))
  return builder.root.children
}
