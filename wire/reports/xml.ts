/**
 * Reads XML that strangers wrote, as far as reports between mail domains use it (XML 1.0): elements, character data, the five
 * named entities and numeric ones. No document type is ever read, so nothing can grow or be fetched; attributes, comments
 * and processing instructions are passed over. Names lose their prefix.
 */

/** `textMax` of one element, `runMax` of character data between two tags. */
export const xmlLimits = {
  depthMax: 16, elementsMax: 500_000, nameMax: 100, textMax: 4_096, runMax: 65_536, attributesMax: 64, referencesMax: 200_000,
} as const

export interface XmlVisitor {
  start(name: string): void
  /** `text`: the element's own character data, trimmed. Longer than `textMax` it is cut. */
  end(name: string, text: string): void
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
const referenceMax = 10
const nameAt = /[A-Za-z_\u0080-\uffff][\w.\-:\u0080-\uffff]*/y
const attributeAt = /\s+[A-Za-z_\u0080-\uffff][\w.\-:\u0080-\uffff]*\s*=\s*(?:"[^"<]*"|'[^'<]*')/y
const spacesAt = /\s*/y

const characterOf = (name: string): string | undefined => {
  if (!name.startsWith('#')) return Object.hasOwn(named, name) ? named[name] : undefined
  const digits = /^#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))$/.exec(name)
  if (digits === null) return undefined
  const code = Number.parseInt(digits[1] ?? digits[2] ?? '', digits[1] === undefined ? 10 : 16)
  const allowed = code === 9 || code === 10 || code === 13 || (code >= 0x20 && code <= 0xd7ff) || (code >= 0xe000 && code <= 0x10ffff)
  return allowed ? String.fromCodePoint(code) : undefined
}

/** Character data as it is meant; undefined where it names what is not known, or more than `left` references. */
const unescaped = (text: string, left: { references: number }): string | undefined => {
  if (text.length > xmlLimits.runMax) return undefined
  let plain = ''
  let from = 0
  for (let at = text.indexOf('&'); at >= 0; at = text.indexOf('&', from)) {
    const end = text.indexOf(';', at)
    const character = end < 0 || end - at > referenceMax ? undefined : characterOf(text.slice(at + 1, end))
    left.references -= 1
    if (character === undefined || left.references < 0) return undefined
    plain += text.slice(from, at) + character
    from = end + 1
  }
  return from === 0 ? text : plain + text.slice(from)
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }
// eslint-disable-next-line no-control-regex
const unwritable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g

/** Text as character data; what XML can't hold is left out. */
export const escapeXml = (text: string): string => text.toWellFormed().replace(unwritable, '').replace(/[&<>"']/g, (character) => escapes[character] ?? '')

interface Open {
  readonly name: string
  text: string
}

const matchAt = (pattern: RegExp, text: string, at: number): string | undefined => {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}

const localName = (name: string): string => name.slice(name.lastIndexOf(':') + 1)

/** Past what needs no look: comments, processing instructions, the declaration. Undefined where it never ends. */
const skipped = (text: string, at: number): number | undefined => {
  const [opening, closing] = text.startsWith('<!--', at) ? ['<!--', '-->'] : ['<?', '?>']
  const end = text.indexOf(closing, at + opening.length)
  return end < 0 ? undefined : end + closing.length
}

interface Tag {
  readonly name: string
  readonly empty: boolean
  readonly next: number
}

/** A start tag at `<`; undefined where it is none. */
const startTag = (text: string, at: number): Tag | undefined => {
  const name = matchAt(nameAt, text, at + 1)
  if (name === undefined || name.length > xmlLimits.nameMax) return undefined
  let next = at + 1 + name.length
  for (let attributes = 0; ; attributes += 1) {
    const attribute = matchAt(attributeAt, text, next)
    if (attribute === undefined) break
    if (attributes >= xmlLimits.attributesMax) return undefined
    next += attribute.length
  }
  next += (matchAt(spacesAt, text, next) ?? '').length
  if (text.startsWith('/>', next)) return { name: localName(name), empty: true, next: next + 2 }
  return text[next] === '>' ? { name: localName(name), empty: false, next: next + 1 } : undefined
}

/** `</name >` of the element that is open. */
const endTag = (text: string, at: number, open: Open | undefined): number | undefined => {
  const name = matchAt(nameAt, text, at + 2)
  if (name === undefined || open === undefined || localName(name) !== open.name) return undefined
  const next = at + 2 + name.length + (matchAt(spacesAt, text, at + 2 + name.length) ?? '').length
  return text[next] === '>' ? next + 1 : undefined
}

const cdataOpening = '<![CDATA['

/** False where it is no such XML, or beyond the limits; what was visited until then is to be forgotten. */
export const readXml = (text: string, visitor: XmlVisitor): boolean => {
  const open: Open[] = []
  let at = text.startsWith('\ufeff') ? 1 : 0
  let elements = 0
  const left = { references: xmlLimits.referencesMax }
  const add = (more: string): void => {
    const top = open.at(-1)
    if (top !== undefined && top.text.length < xmlLimits.textMax) top.text = (top.text + more).slice(0, xmlLimits.textMax)
  }
  while (at < text.length) {
    const tagAt = text.indexOf('<', at)
    const data = text.slice(at, tagAt < 0 ? text.length : tagAt)
    if (data !== '') {
      const plain = unescaped(data, left)
      if (plain === undefined || (open.length === 0 && plain.trim() !== '')) return false
      add(plain)
    }
    if (tagAt < 0) break
    let next: number | undefined
    if (text.startsWith('</', tagAt)) {
      next = endTag(text, tagAt, open.at(-1))
      const closed = next === undefined ? undefined : open.pop()
      if (closed !== undefined) visitor.end(closed.name, closed.text.trim())
    } else if (text.startsWith(cdataOpening, tagAt)) {
      const end = text.indexOf(']]>', tagAt)
      if (end < 0 || open.length === 0) return false
      add(text.slice(tagAt + cdataOpening.length, end))
      next = end + 3
    } else if (text.startsWith('<?', tagAt) || text.startsWith('<!--', tagAt)) {
      next = skipped(text, tagAt)
    } else {
      const tag = startTag(text, tagAt)
      elements += 1
      if (tag === undefined || elements > xmlLimits.elementsMax || open.length >= xmlLimits.depthMax || (open.length === 0 && elements > 1)) return false
      visitor.start(tag.name)
      if (tag.empty) visitor.end(tag.name, '')
      else open.push({ name: tag.name, text: '' })
      next = tag.next
    }
    if (next === undefined) return false
    at = next
  }
  return open.length === 0 && elements > 0
}
