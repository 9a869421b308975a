/** Elements of HTML to a document of the editor's schema. What the schema cannot say is left out; its text stays. */
import type { Mark, Node } from 'prosemirror-model'
import type { HtmlElement, HtmlNode } from './html-tokens.ts'
import { readHtml } from './html-tokens.ts'
import { safeTarget } from './safe-target.ts'
import { inks, isInk, isTextSize, schema, sizes } from './schema.ts'

const { nodes, marks } = schema

export interface FromHtmlOptions {
  /** Which pictures stay: content ids of parts that travel with the message. Others, remote ones above all, are left out. */
  readonly knownCids: ReadonlySet<string>
}

const blocks = new Set([
  'p', 'div', 'section', 'article', 'header', 'footer', 'main', 'aside', 'center', 'address',
  'table', 'tbody', 'thead', 'tfoot', 'tr', 'td', 'th', 'dl', 'dt', 'dd',
  'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'blockquote', 'ul', 'ol', 'li', 'pre', 'hr', 'form', 'fieldset', 'figure', 'figcaption', 'body', 'html',
])

const markTags: Record<string, 'strong' | 'em' | 'underline' | 'strike' | 'code'> = {
  b: 'strong', strong: 'strong', i: 'em', em: 'em', cite: 'em', u: 'underline', ins: 'underline', s: 'strike', strike: 'strike', del: 'strike',
  code: 'code', tt: 'code', kbd: 'code', samp: 'code',
}

const styleOf = (element: HtmlElement): ReadonlyMap<string, string> =>
  new Map((element.attributes.get('style') ?? '').slice(0, 2_000).split(';').map((pair) => {
    const colon = pair.indexOf(':')
    return [pair.slice(0, colon).trim().toLowerCase(), pair.slice(colon + 1).trim().toLowerCase()] as const
  }))

/** In a message it is a style, on the clipboard of our own editor a class. */
const inkOf = (element: HtmlElement, style: ReadonlyMap<string, string>): string | undefined =>
  Object.entries(inks).find(([, colour]) => colour === style.get('color'))?.[0] ?? /\bink-(\w+)/u.exec(element.attributes.get('class') ?? '')?.[1]

const sizeOf = (element: HtmlElement, style: ReadonlyMap<string, string>): string | undefined =>
  Object.entries(sizes).find(([, size]) => size === style.get('font-size'))?.[0] ?? /\bsize-(\w+)/u.exec(element.attributes.get('class') ?? '')?.[1]

/** The marks an element adds to its text. */
const marksOf = (element: HtmlElement, above: readonly Mark[]): readonly Mark[] => {
  const added: Mark[] = []
  const style = styleOf(element)
  const weight = style.get('font-weight') ?? ''
  const tag = markTags[element.tag]
  // Google Docs wraps all it copies in <b style="font-weight:normal">.
  if (tag !== undefined && !(tag === 'strong' && weight === 'normal')) added.push(marks[tag].create())
  if (weight === 'bold' || /^[6-9]00$/u.test(weight)) added.push(marks.strong.create())
  if (style.get('font-style') === 'italic') added.push(marks.em.create())
  const line = style.get('text-decoration') ?? style.get('text-decoration-line') ?? ''
  if (line.includes('underline') && element.tag !== 'a') added.push(marks.underline.create())
  if (line.includes('line-through')) added.push(marks.strike.create())
  const ink = inkOf(element, style)
  if (isInk(ink)) added.push(marks.ink.create({ name: ink }))
  const size = sizeOf(element, style)
  if (isTextSize(size)) added.push(marks.size.create({ name: size }))
  const href = element.tag === 'a' ? safeTarget(element.attributes.get('href') ?? '') : undefined
  if (href !== undefined) added.push(marks.link.create({ href }))
  return added.reduce<readonly Mark[]>((all, mark) => mark.addToSet(all), above)
}

const alignOf = (element: HtmlElement, above: string | null): string | null => {
  const value = styleOf(element).get('text-align') ?? element.attributes.get('align')?.toLowerCase() ?? (element.tag === 'center' ? 'center' : undefined)
  if (value === undefined) return above
  return value === 'center' || value === 'right' ? value : null
}

interface Place {
  readonly marks: readonly Mark[]
  readonly align: string | null
}

/** Collects the blocks of one container; loose inline content is wrapped in paragraphs. */
class Blocks {
  readonly done: Node[] = []
  #line: Node[] = []
  #align: string | null = null

  inline(node: Node, align: string | null): void {
    if (this.#line.length === 0) this.#align = align
    this.#line.push(node)
  }

  text(raw: string, place: Place): void {
    const collapsed = raw.replace(/[ \t\r\n\f]+/gu, ' ')
    const before = this.#line.at(-1)
    const atStart = before === undefined || before.type === nodes.hard_break || (before.isText && (before.text ?? '').endsWith(' '))
    const text = atStart ? collapsed.replace(/^ /u, '') : collapsed
    if (text !== '') this.inline(schema.text(text, place.marks), place.align)
  }

  /** Ends the paragraph that loose content stands in. A break at its end is not seen, only holds it open. */
  flush(): void {
    const line = this.#line
    this.#line = []
    if (line.length === 0) return
    if (line.at(-1)?.type === nodes.hard_break) line.pop()
    this.done.push(nodes.paragraph.create({ align: this.#align }, line))
  }

  block(node: Node): void {
    this.flush()
    this.done.push(node)
  }
}

const plainText = (node: HtmlNode): string => {
  if (typeof node === 'string') return node
  return node.tag === 'br' ? '\n' : node.children.map(plainText).join('')
}

const cidOf = (element: HtmlElement): string | undefined => {
  const source = element.attributes.get('src') ?? ''
  return /^cid:/iu.test(source) ? decodeURIComponent(source.slice(4).replace(/%(?![0-9a-fA-F]{2})/gu, '%25')) : element.attributes.get('data-cid')
}

const imageOf = (element: HtmlElement, options: FromHtmlOptions): Node | undefined => {
  const cid = cidOf(element)
  if (cid === undefined || !options.knownCids.has(cid)) return undefined
  const width = /^\d{1,4}$/u.test(element.attributes.get('width') ?? '') ? Number(element.attributes.get('width')) : null
  return nodes.image.create({ cid, alt: (element.attributes.get('alt') ?? '').slice(0, 500), width })
}

const filled = (content: readonly Node[]): readonly Node[] => (content.length > 0 ? content : [nodes.paragraph.create()])

const listOf = (element: HtmlElement, place: Place, options: FromHtmlOptions): Node | undefined => {
  const items = element.children.flatMap((child) => {
    if (typeof child === 'string') return child.trim() === '' ? [] : [nodes.list_item.create(null, filled(blocksOf([child], place, options)))]
    const inside = child.tag === 'li' ? child.children : [child]
    return [nodes.list_item.create(null, filled(blocksOf(inside, place, options)))]
  })
  if (items.length === 0) return undefined
  if (element.tag === 'ul') return nodes.bullet_list.create(null, items)
  const start = Number(element.attributes.get('start') ?? 1)
  return nodes.ordered_list.create({ order: Number.isSafeInteger(start) && start >= 0 ? start : 1 }, items)
}

const headingOf = (element: HtmlElement, place: Place, options: FromHtmlOptions): Node[] => {
  const level = Math.min(3, Number(element.tag.slice(1)))
  return blocksOf(element.children, place, options).map((block) =>
    block.type === nodes.paragraph ? nodes.heading.create({ level, align: block.attrs['align'] as string | null }, block.content) : block)
}

/** Blocks of one element, or none where it is inline. */
const blockOf = (element: HtmlElement, place: Place, options: FromHtmlOptions): readonly Node[] => {
  switch (element.tag) {
    case 'hr': return [nodes.horizontal_rule.create()]
    case 'blockquote': return [nodes.blockquote.create(null, filled(blocksOf(element.children, { ...place, align: null }, options)))]
    case 'ul': case 'ol': return [listOf(element, place, options)].filter((list) => list !== undefined)
    case 'pre': {
      const text = plainText(element).replace(/^\n+|\s+$/gu, '')
      return [nodes.code_block.create(null, text === '' ? [] : [schema.text(text)])]
    }
    case 'h1': case 'h2': case 'h3': case 'h4': case 'h5': case 'h6': return headingOf(element, place, options)
    default: {
      const inside = blocksOf(element.children, place, options)
      // An empty line between paragraphs, as most programs write it.
      const emptyLine = inside.length === 0 && (element.tag === 'p' || element.tag === 'div') && element.children.length > 0
      return emptyLine ? [nodes.paragraph.create()] : inside
    }
  }
}

const walk = (children: readonly HtmlNode[], place: Place, options: FromHtmlOptions, into: Blocks): void => {
  for (const child of children) {
    if (typeof child === 'string') into.text(child, place)
    else if (child.tag === 'br') into.inline(nodes.hard_break.create(), place.align)
    else if (child.tag === 'img') {
      const image = imageOf(child, options)
      if (image !== undefined) into.inline(image, place.align)
    } else {
      const inside: Place = { marks: marksOf(child, place.marks), align: alignOf(child, place.align) }
      if (blocks.has(child.tag)) {
        into.flush()
        for (const block of blockOf(child, inside, options)) into.block(block)
      } else walk(child.children, inside, options, into)
    }
  }
}

function blocksOf(children: readonly HtmlNode[], place: Place, options: FromHtmlOptions): Node[] {
  const into = new Blocks()
  walk(children, place, options, into)
  into.flush()
  return into.done
}

/** Whole HTML as a document; never empty, always valid. */
export const documentOfHtml = (html: string, options: FromHtmlOptions): Node => {
  const document = nodes.doc.create(null, filled(blocksOf(readHtml(html), { marks: [], align: null }, options)))
  document.check()
  return document
}

/** Plain text as a document: lines stay lines. */
export const documentOfText = (text: string): Node => nodes.doc.create(null, paragraphsOfText(text))

export const paragraphsOfText = (text: string): Node[] =>
  text.replace(/\r\n?/gu, '\n').split('\n').map((line) => nodes.paragraph.create(null, line === '' ? [] : [schema.text(line)]))
