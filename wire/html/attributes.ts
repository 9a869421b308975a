/** Attributes of mail by the grammar of their values. What does not fit is left out; what fits is written anew. */
import { colourText, hexColour, namedColour, recoloured } from './css-colour.ts'
import { namePrefix } from './css-sheet.ts'
import { safeDeclarations, type CssContext } from './css-values.ts'
import { attributeCharsMax } from './limits.ts'
import { linkAddress } from './link-address.ts'

type Grammar = (value: string, context: CssContext) => string | undefined

const oneOf = (...words: readonly string[]): Grammar => (value) => {
  const word = value.trim().toLowerCase()
  return words.includes(word) ? word : undefined
}

const whole = (most: number): Grammar => (value) => {
  const digits = /^\s*(\d{1,6})/.exec(value)?.[1]
  return digits === undefined || Number(digits) > most ? undefined : String(Number(digits))
}

/** Pixels or a percentage. */
const extent: Grammar = (value) => {
  const found = /^\s*(\d{1,5})(?:\.\d+)?\s*(%?)/.exec(value)
  return found === null || Number(found[1]) > 10_000 ? undefined : `${Number(found[1])}${found[2] ?? ''}`
}

const like = (pattern: RegExp): Grammar => (value) => (pattern.test(value.trim()) ? value.trim() : undefined)

const plain = (charsMax: number): Grammar => (value) => value.slice(0, charsMax)

const present: Grammar = () => ''

/** HTML's own reading of colours takes digits without their `#`. */
const colour: Grammar = (value, { dark }) => {
  const written = value.trim()
  const found = namedColour(written) ?? hexColour(written.replace(/^#/, ''))
  return found === undefined ? undefined : colourText(dark ? recoloured(found) : found)
}

const nameWord = /^[A-Za-z0-9_.:-]{1,128}$/

export const prefixedName = (name: string): string | undefined => (nameWord.test(name) ? `${namePrefix}${name}` : undefined)

const classesMax = 32

const classes: Grammar = (value) => {
  const names = value.trim().split(/\s+/, classesMax).map(prefixedName).filter((name) => name !== undefined)
  return names.length === 0 ? undefined : names.join(' ')
}

const declarations: Grammar = (value, context) => safeDeclarations(value, context) || undefined

/** `#place` of this message, or an address. */
const reference: Grammar = (value) => {
  const written = value.trim()
  if (!written.startsWith('#')) return linkAddress(written)
  const name = prefixedName(written.slice(1))
  return name === undefined ? undefined : `#${name}`
}

const everywhere: Readonly<Record<string, Grammar>> = {
  title: plain(512),
  lang: like(/^[A-Za-z0-9-]{1,35}$/),
  dir: oneOf('ltr', 'rtl', 'auto'),
  style: declarations,
  class: classes,
  id: (value) => prefixedName(value.trim()),
  role: oneOf('presentation', 'none'),
}

const align = oneOf('left', 'right', 'center', 'justify', 'middle', 'top', 'bottom', 'absmiddle')
const valign = oneOf('top', 'middle', 'bottom', 'baseline')
const cell: Readonly<Record<string, Grammar>> = {
  align, valign, bgcolor: colour, width: extent, height: extent, colspan: whole(1_000), rowspan: whole(1_000), nowrap: present,
  scope: oneOf('row', 'col', 'rowgroup', 'colgroup'),
}
const rows: Readonly<Record<string, Grammar>> = { align, valign, bgcolor: colour, height: extent }
const block: Readonly<Record<string, Grammar>> = { align }
const columns: Readonly<Record<string, Grammar>> = { align, valign, width: extent, span: whole(1_000) }
const listKind = oneOf('1', 'a', 'i', 'disc', 'circle', 'square')

/** `img` has its `src` from the filter, which knows where images come from. */
const perElement: Readonly<Record<string, Readonly<Record<string, Grammar>>>> = {
  a: { href: reference, name: (value) => prefixedName(value.trim()) },
  img: { alt: plain(1_024), width: extent, height: extent, border: whole(100), hspace: whole(200), vspace: whole(200), align },
  body: { bgcolor: colour, text: colour },
  table: { align, bgcolor: colour, width: extent, height: extent, border: whole(100), cellpadding: whole(200), cellspacing: whole(200) },
  td: cell, th: cell, tr: rows, tbody: rows, thead: rows, tfoot: rows, caption: block, col: columns, colgroup: columns,
  div: block, p: block, h1: block, h2: block, h3: block, h4: block, h5: block, h6: block,
  font: { color: colour, size: like(/^[+-]?[1-7]$/), face: like(/^[\p{L}\p{N} ,_.'"-]{1,256}$/u) },
  hr: { align, color: colour, size: whole(100), width: extent, noshade: present },
  br: { clear: oneOf('left', 'right', 'all', 'none') },
  ol: { start: whole(99_999), type: listKind, reversed: present },
  ul: { type: listKind },
  li: { value: whole(99_999), type: listKind },
  time: { datetime: plain(64) },
  details: { open: present },
}

/** One attribute as it may stand on that element. */
export const safeAttribute = (element: string, name: string, value: string, context: CssContext): string | undefined => {
  if (value.length > attributeCharsMax) return undefined
  const grammar = Object.hasOwn(everywhere, name) ? everywhere[name] : ownGrammar(element, name)
  return grammar?.(value, context)
}

const ownGrammar = (element: string, name: string): Grammar | undefined => {
  const own = Object.hasOwn(perElement, element) ? perElement[element] : undefined
  return own !== undefined && Object.hasOwn(own, name) ? own[name] : undefined
}
