/**
 * The visible text of HTML, for SEARCH and PREVIEW: tags, comments, scripts and styles gone, entities undone, blocks on
 * lines of their own. One pass, no tree; what is no HTML comes through as it is. Nothing here makes HTML safe to show.
 */

/** Elements whose content nobody sees. */
const unseen = new Set(['script', 'style', 'head', 'title', 'template', 'noscript', 'svg', 'math', 'object'])
/** Elements that do not break a line. */
const inline = new Set([
  'a', 'abbr', 'acronym', 'b', 'bdi', 'bdo', 'big', 'cite', 'code', 'del', 'dfn', 'em', 'font', 'i', 'ins', 'kbd', 'label', 'mark',
  'q', 's', 'samp', 'small', 'span', 'strike', 'strong', 'sub', 'sup', 'tt', 'u', 'var', 'wbr', 'o:p', 'nobr', 'ruby', 'rb',
])

const named: ReadonlyMap<string, string> = new Map(Object.entries({
  'amp': '&', 'lt': '<', 'gt': '>', 'quot': '"', 'apos': "'", 'nbsp': '\u00a0', 'copy': '\u00a9', 'reg': '\u00ae', 'trade': '\u2122',
  'hellip': '\u2026', 'mdash': '\u2014', 'ndash': '\u2013', 'lsquo': '\u2018', 'rsquo': '\u2019', 'ldquo': '\u201c', 'rdquo': '\u201d',
  'laquo': '\u00ab', 'raquo': '\u00bb', 'bull': '\u2022', 'middot': '\u00b7', 'yen': '\u00a5', 'euro': '\u20ac', 'pound': '\u00a3',
  'cent': '\u00a2', 'sect': '\u00a7', 'para': '\u00b6', 'deg': '\u00b0', 'times': '\u00d7', 'divide': '\u00f7', 'plusmn': '\u00b1',
  'larr': '\u2190', 'uarr': '\u2191', 'rarr': '\u2192', 'darr': '\u2193', 'ensp': ' ', 'emsp': ' ', 'thinsp': ' ', 'shy': '',
  'zwnj': '', 'zwj': '', 'auml': '\u00e4', 'ouml': '\u00f6', 'uuml': '\u00fc', 'Auml': '\u00c4', 'Ouml': '\u00d6', 'Uuml': '\u00dc',
  'szlig': '\u00df', 'eacute': '\u00e9', 'egrave': '\u00e8', 'agrave': '\u00e0', 'ccedil': '\u00e7', 'ntilde': '\u00f1', 'aacute': '\u00e1',
  'iacute': '\u00ed', 'oacute': '\u00f3', 'uacute': '\u00fa', 'ecirc': '\u00ea', 'acirc': '\u00e2', 'ocirc': '\u00f4', 'icirc': '\u00ee',
}))

const entity = /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z]{2,8}));?/g

const charOf = (code: number): string => (code > 0 && code <= 0x10_ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : '')

const withoutEntities = (text: string): string =>
  text.includes('&')
    ? text.replace(entity, (whole, decimal: string | undefined, hex: string | undefined, name: string | undefined) => {
        if (decimal !== undefined) return charOf(Number(decimal))
        if (hex !== undefined) return charOf(Number.parseInt(hex, 16))
        return named.get(name ?? '') ?? whole
      })
    : text

const nameAt = /\/?([A-Za-z][A-Za-z0-9:-]{0,31})/y

/** End of the tag that begins at `<`, quotes respected; the text's end where it is not closed. */
const tagEnd = (html: string, from: number): number => {
  let quote = ''
  for (let at = from + 1; at < html.length; at += 1) {
    const char = html[at] ?? ''
    if (quote !== '') {
      if (char === quote) quote = ''
    } else if (char === '"' || char === "'") quote = html[at - 1] === '=' || html[at - 1] === ' ' ? char : ''
    else if (char === '>') return at + 1
  }
  // An apostrophe that was no quote must not swallow the rest.
  const plain = html.indexOf('>', from)
  return plain < 0 ? html.length : plain + 1
}

/** First place behind the end tag of an element that nobody sees. */
const behind = (html: string, name: string, from: number): number => {
  const end = new RegExp(`</${name}\\b[^>]{0,256}>`, 'gi')
  end.lastIndex = from
  const found = end.exec(html)
  return found === null ? html.length : found.index + found[0].length
}

/** Characters scanned for the end of one tag together may not exceed this often the text's length: broken quotes are quadratic. */
const unclosedMax = 64

export const htmlText = (html: string): string => {
  const out: string[] = []
  let at = 0
  let unclosed = 0
  while (at < html.length) {
    const open = html.indexOf('<', at)
    if (open < 0) {
      out.push(withoutEntities(html.slice(at)))
      break
    }
    if (open > at) out.push(withoutEntities(html.slice(at, open)))
    if (html.startsWith('<!--', open)) {
      const end = html.indexOf('-->', open + 4)
      at = end < 0 ? html.length : end + 3
      continue
    }
    nameAt.lastIndex = open + 1
    const name = nameAt.exec(html)?.[1]?.toLowerCase()
    if (name === undefined && html[open + 1] !== '!' && html[open + 1] !== '?') {
      out.push('<')
      at = open + 1
      continue
    }
    at = unclosed > unclosedMax ? html.indexOf('>', open) + 1 || html.length : tagEnd(html, open)
    if (at === html.length) unclosed += 1
    if (name === undefined) continue
    if (html[open + 1] !== '/' && unseen.has(name)) at = behind(html, name, at)
    else if (!inline.has(name)) out.push('\n')
  }
  return out.join('')
}
