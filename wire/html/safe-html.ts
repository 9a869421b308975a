/**
 * Hostile HTML of a message to a text that a browser may show in a frame: parsed to a tree, allow-listed, written anew, and read
 * once more to see that it is read as it was meant. The result runs nothing, and loads nothing but what the policy's `image` gave.
 */
import { assert } from '@bulkhead/base/assert.ts'
import { boundedTree, isElement, isText, type HtmlElement, type HtmlNode } from './bounded-tree.ts'
import { rootClass, safeSheet } from './css-sheet.ts'
import { blockElements, shownElements, voidElements } from './elements.ts'
import { childrenOf, noteSheet, safeAttributes } from './filter.ts'
import type { HtmlPolicy, NotedLink } from './policy.ts'
import type { SafeElement, SafeNode } from './safe-node.ts'
import { serialized } from './serializer.ts'
import { Walk } from './walk.ts'

export interface SafeHtml {
  /** The root element with the message in it. */
  readonly html: string
  /** The style sheet that belongs to it; holds no `<`. */
  readonly sheet: string
  readonly links: readonly NotedLink[]
  readonly remoteImages: number
  readonly hasQuote: boolean
  /** Lines in about 80 columns. */
  readonly lines: number
  readonly truncated: boolean
}

/** Trees that a parser makes another tree of are written anew so often before they are flattened. */
const readingsMax = 3

const bodyOf = (html: string): { readonly body: HtmlElement | undefined; readonly head: HtmlElement | undefined; readonly truncated: boolean } => {
  const { document, truncated } = boundedTree(html)
  const root = document.childNodes.find(isElement)
  const named = (name: string): HtmlElement | undefined => root?.childNodes.filter(isElement).find(({ tagName }) => tagName === name)
  return { body: named('body') ?? named('frameset'), head: named('head'), truncated }
}

/** What a parser makes of our own text: to be the same tree. */
const reread = (node: HtmlNode): readonly SafeNode[] => {
  if (isText(node)) return [node.value]
  if (!isElement(node)) return []
  assert(shownElements.has(node.tagName), 'only what was written is read')
  const attributes = node.attrs.map(({ name, value }) => [name, value] as const)
  return [{ name: node.tagName, attributes, children: node.childNodes.flatMap(reread) }]
}

const rereadText = (html: string): string => {
  const { body } = bodyOf(`<!DOCTYPE html><html><head></head><body>${html}</body></html>`)
  return body === undefined ? '' : serialized(body.childNodes.flatMap(reread))
}

const plainAttributes = new Set(['style', 'class', 'id', 'lang', 'dir', 'title', 'href', 'target', 'rel', 'src', 'alt', 'width', 'height'])

/** Boxes and words alone, which nest in any order. */
const flattened = (node: SafeNode, insideLink: boolean): SafeNode => {
  if (typeof node === 'string') return node
  const isLink = node.name === 'a' && !insideLink
  const name = isLink || node.name === 'img' || node.name === 'br' ? node.name : blockElements.has(node.name) ? 'div' : 'span'
  const children = voidElements.has(node.name) ? [] : node.children.map((child) => flattened(child, insideLink || isLink))
  return { name, attributes: node.attributes.filter(([key]) => plainAttributes.has(key)), children }
}

const stable = (root: SafeElement): string => {
  let text = serialized([root])
  for (let reading = 0; reading < readingsMax; reading += 1) {
    const again = rereadText(text)
    if (again === text) return text
    text = again
  }
  return serialized([flattened(root, false)])
}

/** The message's `body` as an element of its own: `bgcolor` and `text` are no attributes of a `div`. */
const rootOf = (attributes: readonly (readonly [string, string])[], children: readonly SafeNode[]): SafeElement => {
  const value = (name: string): string | undefined => attributes.find(([key]) => key === name)?.[1]
  const style = [
    ...[value('bgcolor')].flatMap((ground) => (ground === undefined ? [] : [`background-color:${ground}`])),
    ...[value('text')].flatMap((colour) => (colour === undefined ? [] : [`color:${colour}`])),
    value('style'),
  ].filter((one) => one !== undefined).join(';')
  const classes = [rootClass, value('class')].filter((name) => name !== undefined).join(' ')
  const kept = attributes.filter(([name]) => name === 'dir' || name === 'lang' || name === 'id')
  return { name: 'div', attributes: [['class', classes], ...kept, ...(style === '' ? [] : [['style', style] as const])], children }
}

export const safeHtml = (html: string, policy: HtmlPolicy): SafeHtml => {
  const { body, head, truncated } = bodyOf(html)
  const walk = new Walk(policy)
  for (const child of head?.childNodes ?? []) if (isElement(child) && child.tagName === 'style') noteSheet(child, walk)
  const nodes = body === undefined ? [] : childrenOf(body, walk)
  const attributes = body === undefined ? [] : safeAttributes(body, 'body', walk)
  walk.lineBreak()
  const sheet = safeSheet(walk.sheets.join('\n'), walk.context)
  const { links, remoteImages, hasQuote, lines } = walk
  return { html: stable(rootOf(attributes, nodes)), sheet, links, remoteImages, hasQuote, lines, truncated: truncated || walk.truncated }
}
