/** `fetch-att` of RFC 9051 section 9 (BINARY first by RFC 3516), with the RFC822 forms of RFC 3501. */
import { listItemsMax, sectionDepthMax } from './limits.ts'
import {
  astring, bad, isAtEnd, keyword, list, need, number, nzNumber, peek, run, skipped, space, type Parser, type Scan,
} from './scan.ts'

export type SectionText = 'all' | 'header' | 'text' | 'mime' | 'fields' | 'fieldsNot'

/** A part of a message, or the message itself where `path` is empty. */
export interface Section {
  readonly path: readonly number[]
  readonly text: SectionText
  /** Header field names in lower case, for `fields` and `fieldsNot`. */
  readonly names: readonly string[]
}

export type Partial = { readonly offset: number; readonly count: number } | null

export interface SectionAttribute {
  readonly item: 'section'
  /** How the answer names it: `BODY[1.MIME]<0>`, `RFC822.TEXT`. */
  readonly label: string
  readonly peek: boolean
  readonly section: Section
  readonly partial: Partial
}

/** A part without its transfer encoding, or the size of that. */
export type BinaryAttribute =
  | { readonly item: 'binary'; readonly label: string; readonly peek: boolean; readonly path: readonly number[]; readonly partial: Partial }
  | { readonly item: 'binarySize'; readonly label: string; readonly path: readonly number[] }

/** What the folded state answers: RFC 9051, RFC 7162 (MODSEQ), RFC 8474 (EMAILID, THREADID), RFC 8514 (SAVEDATE). */
export const memoryItems = ['FLAGS', 'UID', 'INTERNALDATE', 'RFC822.SIZE', 'MODSEQ', 'EMAILID', 'THREADID', 'SAVEDATE'] as const
export type MemoryItem = (typeof memoryItems)[number]
/** What the message's index answers: RFC 9051, RFC 8970 (PREVIEW). */
const indexItems = ['ENVELOPE', 'BODY', 'BODYSTRUCTURE', 'PREVIEW'] as const
export type IndexItem = (typeof indexItems)[number]
export type PlainItem = MemoryItem | IndexItem

const items: ReadonlyMap<string, PlainItem> = new Map([...memoryItems, ...indexItems].map((item) => [item, item]))

export type FetchAttribute = { readonly item: PlainItem } | SectionAttribute | BinaryAttribute

const plain = (item: PlainItem): FetchAttribute => ({ item })

/** `"ALL" / "FULL" / "FAST"` */
const macros: ReadonlyMap<string, readonly FetchAttribute[]> = new Map([
  ['FAST', ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE'] as const],
  ['ALL', ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE'] as const],
  ['FULL', ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE', 'BODY'] as const],
].map(([name, plainItems]) => [name as string, (plainItems as readonly PlainItem[]).map(plain)]))

const wholeSection = (label: string, text: SectionText, isPeek: boolean): SectionAttribute => ({
  item: 'section', label, peek: isPeek, section: { path: [], text, names: [] }, partial: null,
})

/** RFC 3501 section 6.4.5: BODY[], BODY.PEEK[HEADER] and BODY[TEXT] under older names. */
const olderItems: ReadonlyMap<string, SectionAttribute> = new Map([
  ['RFC822', wholeSection('RFC822', 'all', false)],
  ['RFC822.HEADER', wholeSection('RFC822.HEADER', 'header', true)],
  ['RFC822.TEXT', wholeSection('RFC822.TEXT', 'text', false)],
])

const attributeBytes = Uint8Array.from({ length: 256 }, (_, byte) =>
  (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || byte === 0x2e ? 1 : 0)

const texts: ReadonlyMap<string, SectionText> = new Map([
  ['HEADER', 'header'], ['TEXT', 'text'], ['MIME', 'mime'], ['HEADER.FIELDS', 'fields'], ['HEADER.FIELDS.NOT', 'fieldsNot'],
])

/** `header-list = "(" header-fld-name *(SP header-fld-name) ")"` */
const fieldNames = (scan: Scan): readonly string[] => {
  space(scan)
  const names = list((inner) => astring(inner).toString('latin1', ))(scan)
  if (names.length === 0) bad('Missing header field name')
  return names
}

/** `section-part = nz-number *("." nz-number)`; a dot before a section-text belongs to that. */
const sectionPath = (scan: Scan): readonly number[] => {
  const path: number[] = []
  while (peek(scan) >= 0x30 && peek(scan) <= 0x39) {
    if (path.length >= sectionDepthMax) bad('Section is too deep')
    path.push(nzNumber(scan))
    if (!skipped(scan, '.')) return path
  }
  if (path.length > 0 && peek(scan) === 0x5d) bad('Section ends with a dot')
  return path
}

const quotedName = (name: string): string =>
  /^[!-~]+$/.test(name) && !/["\\(){%*\]]/.test(name) ? name : `"${name.replaceAll(/["\\]/g, '\\$&')}"`

const sectionLabel = (path: readonly number[], word: string, names: readonly string[]): string => {
  const head = [...path, ...(word === '' ? [] : [word])].join('.')
  return names.length === 0 ? head : `${head} (${names.map((name) => quotedName(name).toUpperCase()).join(' ')})`
}

/** `section = "[" [section-spec] "]"` */
export const sectionSpec = (scan: Scan): { readonly section: Section; readonly label: string } => {
  need(scan, '[')
  const path = sectionPath(scan)
  if (skipped(scan, ']')) return { section: { path, text: 'all', names: [] }, label: sectionLabel(path, '', []) }
  const word = run(scan, attributeBytes, 'section').toUpperCase()
  const text = texts.get(word) ?? bad('Unknown section')
  if (text === 'mime' && path.length === 0) bad('MIME needs a part number')
  const names = text === 'fields' || text === 'fieldsNot' ? fieldNames(scan) : []
  for (const name of names) if (/[\r\n\0]/.test(name)) bad('Malformed header field name')
  need(scan, ']')
  return { section: { path, text, names: names.map((name) => name.toLowerCase()) }, label: sectionLabel(path, word, names) }
}

/** `partial = "<" number64 "." nz-number64 ">"` */
const partial = (scan: Scan): Partial => {
  if (!skipped(scan, '<')) return null
  const offset = number(scan)
  need(scan, '.')
  const count = number(scan)
  need(scan, '>')
  return count === 0 ? bad('Empty partial range') : { offset, count }
}

const sectionAttribute = (scan: Scan, isPeek: boolean): SectionAttribute => {
  const { section: wanted, label } = sectionSpec(scan)
  const range = partial(scan)
  return {
    item: 'section',
    label: range === null ? `BODY[${label}]` : `BODY[${label}]<${range.offset}>`,
    peek: isPeek,
    section: wanted,
    partial: range,
  }
}

/** `section-binary = "[" [section-part] "]"` */
const binaryPath = (scan: Scan): readonly number[] => {
  need(scan, '[')
  const path = sectionPath(scan)
  need(scan, ']')
  return path
}

/** `"BINARY" [".PEEK"] section-binary [partial] / "BINARY.SIZE" section-binary` */
const binaryAttribute = (scan: Scan, word: string): BinaryAttribute => {
  const path = binaryPath(scan)
  if (word === 'BINARY.SIZE') return { item: 'binarySize', label: `BINARY.SIZE[${path.join('.')}]`, path }
  const range = partial(scan)
  const label = `BINARY[${path.join('.')}]${range === null ? '' : `<${range.offset}>`}`
  return { item: 'binary', label, peek: word === 'BINARY.PEEK', path, partial: range }
}

const lazy = ' (LAZY)'

/** `preview-mod = "LAZY"`: previews are made at arrival, so a lazy one is there as soon as any. */
const skipPreviewModifier = (scan: Scan): void => {
  if (scan.bytes.toString('latin1', scan.at, scan.at + lazy.length).toUpperCase() === lazy) scan.at += lazy.length
}

/** Attributes that go on with a section in brackets. */
const bracketedItems: ReadonlyMap<string, Parser<FetchAttribute>> = new Map<string, Parser<FetchAttribute>>([
  ['BODY', (scan) => sectionAttribute(scan, false)],
  ['BODY.PEEK', (scan) => sectionAttribute(scan, true)],
  ...['BINARY', 'BINARY.PEEK', 'BINARY.SIZE'].map((word) => [word, (scan: Scan) => binaryAttribute(scan, word)] as const),
])

/** `fetch-att` */
export const fetchAttribute: Parser<FetchAttribute> = (scan) => {
  const word = run(scan, attributeBytes, 'attribute').toUpperCase()
  const bracketed = peek(scan) === 0x5b ? bracketedItems.get(word) : undefined
  if (bracketed !== undefined) return bracketed(scan)
  const older = olderItems.get(word)
  if (older !== undefined) return older
  if (word === 'PREVIEW') skipPreviewModifier(scan)
  return plain(items.get(word) ?? bad('Unknown FETCH attribute'))
}

/** `("ALL" / "FULL" / "FAST" / fetch-att / "(" fetch-att *(SP fetch-att) ")")` */
export const fetchAttributes: Parser<readonly FetchAttribute[]> = (scan) => {
  if (peek(scan) === 0x28) {
    const items = list(fetchAttribute, listItemsMax)(scan)
    return items.length > 0 ? items : bad('Missing FETCH attribute')
  }
  const start = scan.at
  const macro = isAtEnd(scan) ? undefined : macros.get(keyword(scan))
  if (macro !== undefined) return macro
  scan.at = start
  return [fetchAttribute(scan)]
}
