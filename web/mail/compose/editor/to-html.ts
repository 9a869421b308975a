/**
 * A document as HTML for the message, and as the plain text beside it. Written from the schema's own values, escaped;
 * styles are fixed words of ours, because programs that read mail drop classes and style sheets.
 */
import type { Mark, Node } from 'prosemirror-model'
import { quoteLines } from '../quote.ts'
import { safeTarget } from './safe-target.ts'
import { inks, isInk, isTextSize, sizes } from './schema.ts'

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\u00a0': '&nbsp;' }
export const escapeHtml = (text: string): string => text.replace(/[&<>"\u00a0]/gu, (char) => escapes[char] ?? char)

/** Two spaces, or one at an edge, would fall together in a reader's program. */
const spaced = (text: string): string =>
  escapeHtml(text)
    .replace(/ {2,}/gu, (run) => `${'&nbsp;'.repeat(run.length - 1)} `)
    .replace(/^ | $/gu, '&nbsp;')
    .replace(/\t/gu, '&nbsp;&nbsp; ')

const tags: Record<string, string> = { strong: 'b', em: 'i', underline: 'u', strike: 's', code: 'code' }

const inMark = (mark: Mark, inside: string): string => {
  const tag = tags[mark.type.name]
  if (tag !== undefined) return `<${tag}>${inside}</${tag}>`
  const name: unknown = mark.attrs['name']
  if (mark.type.name === 'ink' && isInk(name)) return `<span style="color:${inks[name]}">${inside}</span>`
  if (mark.type.name === 'size' && isTextSize(name)) return `<span style="font-size:${sizes[name]}">${inside}</span>`
  const href = mark.type.name === 'link' ? safeTarget(String(mark.attrs['href'])) : undefined
  return href === undefined ? inside : `<a href="${escapeHtml(href)}">${inside}</a>`
}

const imageHtml = ({ attrs }: Node): string => {
  const width = typeof attrs['width'] === 'number' ? ` width="${attrs['width']}"` : ''
  const cid = encodeURIComponent(String(attrs['cid'])).replace(/%40/gu, '@')
  return `<img src="cid:${cid}" alt="${escapeHtml(String(attrs['alt']))}"${width} style="max-width:100%">`
}

const inlineHtml = (node: Node): string => {
  const inside = node.isText ? spaced(node.text ?? '') : node.type.name === 'hard_break' ? '<br>' : imageHtml(node)
  return node.marks.toReversed().reduce((html, mark) => inMark(mark, html), inside)
}

const children = (node: Node, one: (child: Node) => string, between = ''): string => {
  const all: string[] = []
  node.forEach((child) => all.push(one(child)))
  return all.join(between)
}

const styled = (tag: string, node: Node, style: string): string => {
  const align: unknown = node.attrs['align']
  const all = `${style}${align === 'center' || align === 'right' ? `;text-align:${align}` : ''}`
  const held = node.lastChild === null || node.lastChild.type.name === 'hard_break' ? '<br>' : ''
  return `<${tag} style="${all}">${children(node, inlineHtml)}${held}</${tag}>`
}

const quoteStyle = 'margin:0 0 0 .4em;padding:0 0 0 .9em;border-left:2px solid #b8bcc2'

const blockHtml = (node: Node): string => {
  switch (node.type.name) {
    case 'paragraph': return styled('p', node, 'margin:0')
    case 'heading': return styled(`h${String(node.attrs['level'])}`, node, 'margin:.6em 0 .3em')
    case 'blockquote': return `<blockquote type="cite" style="${quoteStyle}">${children(node, blockHtml, '\n')}</blockquote>`
    case 'bullet_list': return `<ul>${children(node, blockHtml)}</ul>`
    case 'ordered_list': return `<ol${node.attrs['order'] === 1 ? '' : ` start="${Number(node.attrs['order'])}"`}>${children(node, blockHtml)}</ol>`
    case 'list_item': return `<li>${children(node, blockHtml)}</li>`
    case 'code_block': return `<pre>${escapeHtml(node.textContent)}</pre>`
    default: return '<hr>'
  }
}

export const htmlOfDocument = (document: Node): string => `<html><body>\n${children(document, blockHtml, '\n')}\n</body></html>`

const inlineText = (node: Node): string => {
  if (!node.isText) return node.type.name === 'hard_break' ? '\n' : `[${String(node.attrs['alt'] || 'image')}]`
  const text = (node.text ?? '').replaceAll('\u00a0', ' ')
  const href = node.marks.find(({ type }) => type.name === 'link')?.attrs['href']
  const saysItself = typeof href !== 'string' || ['', 'mailto:', 'http://', 'https://'].some((scheme) => href === scheme + text)
  return saysItself ? text : `${text} <${href}>`
}

const prefixed = (text: string, first: string, other: string): string =>
  text.split('\n').map((line, at) => `${at === 0 ? first : other}${line}`.trimEnd()).join('\n')

const blockText = (node: Node): string => {
  switch (node.type.name) {
    case 'paragraph': case 'heading': return children(node, inlineText)
    case 'blockquote': return quoteLines(children(node, blockText, '\n'))
    case 'bullet_list': return children(node, (item) => prefixed(children(item, blockText, '\n'), '・', '　'), '\n')
    case 'ordered_list': {
      let number = Number(node.attrs['order']) - 1
      return children(node, (item) => prefixed(children(item, blockText, '\n'), `${++number}. `, '   '), '\n')
    }
    case 'code_block': return node.textContent
    default: return '----------------------------------------'
  }
}

export const textOfDocument = (document: Node): string => children(document, blockText, '\n')
