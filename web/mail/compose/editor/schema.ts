/**
 * What a rich message may hold. Small on purpose: what it cannot hold is dropped when pasted, so that a message looks
 * the same in the editor, in our reading pane and in other people's programs.
 */
import { Schema } from 'prosemirror-model'
import type { DOMOutputSpec, Node } from 'prosemirror-model'

/** Colours of text, by name: dark enough on white, and recoloured by readers in the dark. */
export const inks = { red: '#b3261e', orange: '#9a4a00', green: '#1b6e2e', blue: '#0b57d0', purple: '#7b2ea8', grey: '#5f6368' } as const
export type Ink = keyof typeof inks
export const isInk = (value: unknown): value is Ink => typeof value === 'string' && Object.hasOwn(inks, value)

export const sizes = { small: '0.85em', large: '1.25em' } as const
export type TextSize = keyof typeof sizes
export const isTextSize = (value: unknown): value is TextSize => typeof value === 'string' && Object.hasOwn(sizes, value)

/** `null` is the start of the line, where text stands by itself. */
export const alignments = ['center', 'right'] as const

const alignedParagraph = ({ attrs }: Node): DOMOutputSpec => (attrs['align'] === null ? ['p', 0] : ['p', { class: `align-${String(attrs['align'])}` }, 0])

/** Pictures are shown by the editor's own view, which knows where the bytes are. */
const image = {
  inline: true,
  group: 'inline',
  draggable: true,
  attrs: { cid: {}, alt: { default: '' }, width: { default: null } },
  toDOM: ({ attrs }: Node): DOMOutputSpec => ['img', { alt: String(attrs['alt']), 'data-cid': String(attrs['cid']) }],
}

export const schema = new Schema({
  nodes: {
    doc: { content: 'block+' },
    paragraph: { content: 'inline*', group: 'block', attrs: { align: { default: null } }, toDOM: alignedParagraph },
    heading: {
      content: 'inline*', group: 'block', defining: true, attrs: { level: { default: 2 }, align: { default: null } },
      toDOM: (node) => [`h${String(node.attrs['level'])}`, 0],
    },
    blockquote: { content: 'block+', group: 'block', defining: true, toDOM: () => ['blockquote', 0] },
    bullet_list: { content: 'list_item+', group: 'block', toDOM: () => ['ul', 0] },
    ordered_list: {
      content: 'list_item+', group: 'block', attrs: { order: { default: 1 } },
      toDOM: ({ attrs }) => ['ol', { start: String(attrs['order']) }, 0],
    },
    list_item: { content: 'block+', defining: true, toDOM: () => ['li', 0] },
    code_block: { content: 'text*', group: 'block', marks: '', code: true, defining: true, toDOM: () => ['pre', ['code', 0]] },
    horizontal_rule: { group: 'block', toDOM: () => ['hr'] },
    text: { group: 'inline' },
    image,
    hard_break: { inline: true, group: 'inline', selectable: false, toDOM: () => ['br'] },
  },
  marks: {
    link: { attrs: { href: {} }, inclusive: false, toDOM: ({ attrs }) => ['a', { href: String(attrs['href']), rel: 'noopener noreferrer' }, 0] },
    strong: { toDOM: () => ['strong', 0] },
    em: { toDOM: () => ['em', 0] },
    underline: { toDOM: () => ['u', 0] },
    strike: { toDOM: () => ['s', 0] },
    code: { toDOM: () => ['code', 0] },
    ink: { attrs: { name: {} }, toDOM: ({ attrs }) => ['span', { class: `ink-${String(attrs['name'])}` }, 0] },
    size: { attrs: { name: {} }, toDOM: ({ attrs }) => ['span', { class: `size-${String(attrs['name'])}` }, 0] },
  },
})
