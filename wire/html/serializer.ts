/**
 * A safe tree as text. Element and attribute names come from our own lists and values stand in double quotes without `<`, `>`, `&`, `"`
 * or a line break, so a tokenizer meets the same tags in the same order whatever state it is in.
 */
import { voidElements } from './elements.ts'
import type { SafeNode } from './safe-node.ts'

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '`': '&#96;', '\n': '&#10;', '\u00a0': '&nbsp;' }
const inText = /[&<>\u00a0]/g
const inValue = /[&<>"`\n\u00a0]/g
/** Never shown, and read differently by different parsers. */
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufdd0-\ufdef\ufffe\uffff]/g

const escaped = (text: string, marks: RegExp): string => text.replaceAll(controls, '').replaceAll(marks, (mark) => entities[mark] ?? '')

export const textOf = (text: string): string => escaped(text, inText)

export const openTag = (name: string, attributes: readonly (readonly [string, string])[]): string =>
  `<${name}${attributes.map(([key, value]) => ` ${key}="${escaped(value, inValue)}"`).join('')}>`

export const serialized = (nodes: readonly SafeNode[]): string => {
  const out: string[] = []
  const write = (node: SafeNode): void => {
    if (typeof node === 'string') {
      out.push(textOf(node))
      return
    }
    out.push(openTag(node.name, node.attributes))
    if (voidElements.has(node.name)) return
    const [first] = node.children
    // A parser takes the first line break of `pre` away.
    if (node.name === 'pre' && typeof first === 'string' && textOf(first).startsWith('\n')) out.push('\n')
    for (const child of node.children) write(child)
    out.push(`</${node.name}>`)
  }
  for (const node of nodes) write(node)
  return out.join('')
}
