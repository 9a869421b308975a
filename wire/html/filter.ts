/** A parsed tree to the tree that is shown: element by element, attribute by attribute, by the lists. */
import { safeAttribute } from './attributes.ts'
import { isElement, isText, type HtmlElement, type HtmlNode } from './bounded-tree.ts'
import { blockElements, droppedElements, shownElements, standIns, voidElements } from './elements.ts'
import { attributesMax } from './limits.ts'
import { beginsQuote, beginsReply } from './quoted.ts'
import type { SafeElement, SafeNode } from './safe-node.ts'
import { isBlank, type Walk } from './walk.ts'

export const foldClass = 'bulkhead-quote-fold'

type Attribute = readonly [name: string, value: string]

/** Height of a line in pixels, about; of images that say theirs. */
const linePixels = 20
const titleCharsMax = 300
const mayHoldFold = new Set(['body', 'div', 'td', 'center', 'section', 'article', 'main', 'blockquote'])
const xhtml = 'http://www.w3.org/1999/xhtml'
/** An address that ends no `url("…")`. */
const inCss = /^[\x21\x23-\x26\x28-\x5b\x5d-\x7e]+$/

export const noteSheet = (element: HtmlElement, walk: Walk): void => {
  const media = element.attrs.find(({ name }) => name === 'media')?.value ?? ''
  walk.sheet(element.childNodes.map((child) => (isText(child) ? child.value : '')).join(''), media)
}

const withBackground = (attributes: readonly Attribute[], address: string): readonly Attribute[] => {
  const style = `background-image:url("${address}")`
  const before = attributes.find(([name]) => name === 'style')?.[1]
  return [...attributes.filter(([name]) => name !== 'style'), ['style', before === undefined ? style : `${before};${style}`]]
}

export const safeAttributes = (element: HtmlElement, name: string, walk: Walk): readonly Attribute[] => {
  const out: Attribute[] = []
  let background: string | null = null
  for (const { name: key, value } of element.attrs.slice(0, attributesMax)) {
    if (key === 'background') background = walk.image(value.trim())
    // A title on a link could say that it leads elsewhere.
    else if (name !== 'a' || key !== 'title') {
      const safe = safeAttribute(name, key, value, walk.context)
      if (safe !== undefined) out.push([key, safe])
    }
  }
  return background !== null && inCss.test(background) ? withBackground(out, background) : out
}

const imageOf = (element: HtmlElement, walk: Walk): SafeElement => {
  const written = element.attrs.find(({ name }) => name === 'src')?.value.trim() ?? ''
  const source = written === '' ? null : walk.image(written)
  const attributes = safeAttributes(element, 'img', walk)
  const height = Number(attributes.find(([key]) => key === 'height')?.[1] ?? 0)
  if (source !== null && Number.isFinite(height)) walk.lines += Math.floor(height / linePixels)
  const alt = attributes.some(([key]) => key === 'alt') ? [] : [['alt', ''] as const]
  return { name: 'img', attributes: [...(source === null ? [] : [['src', source] as const]), ...attributes, ...alt], children: [] }
}

const linkOf = (element: HtmlElement, walk: Walk): SafeElement => {
  const attributes = safeAttributes(element, 'a', walk)
  const address = attributes.find(([key]) => key === 'href')?.[1]
  const leadsOut = address !== undefined && !address.startsWith('#')
  walk.openLink()
  const children = childrenOf(element, walk)
  walk.closeLink(leadsOut ? address : undefined)
  if (!leadsOut) return { name: 'a', attributes, children }
  const leads: readonly Attribute[] = [
    ['href', walk.policy.link(address)], ['title', address.slice(0, titleCharsMax)], ['target', '_blank'], ['rel', 'noopener noreferrer nofollow'],
  ]
  return { name: 'a', attributes: [...leads, ...attributes.filter(([key]) => key !== 'href')], children }
}

const shown = (element: HtmlElement, name: string, walk: Walk): SafeElement => {
  if (name === 'img') return imageOf(element, walk)
  if (name === 'a') return linkOf(element, walk)
  const isBlock = blockElements.has(name)
  if (isBlock || name === 'br') walk.lineBreak()
  if (name === 'br' || name === 'hr') walk.lines += 1
  const made = { name, attributes: safeAttributes(element, name, walk), children: voidElements.has(name) ? [] : childrenOf(element, walk) }
  if (isBlock) walk.lineBreak()
  return made
}

const safeNodes = (node: HtmlNode, walk: Walk): readonly SafeNode[] => {
  if (isText(node)) {
    walk.text(node.value)
    return [node.value]
  }
  if (!isElement(node) || node.namespaceURI !== xhtml) return []
  const { tagName } = node
  if (tagName === 'style') noteSheet(node, walk)
  const name = standIns.get(tagName) ?? tagName
  if (shownElements.has(name)) return [shown(node, name, walk)]
  return droppedElements.has(tagName) ? [] : childrenOf(node, walk)
}

const hasText = (node: HtmlNode): boolean => {
  if (isText(node)) return !isBlank(node.value)
  return isElement(node) && !droppedElements.has(node.tagName) && node.childNodes.some(hasText)
}

const lastOwnWords = (siblings: readonly HtmlNode[]): number => siblings.findLastIndex((node) => !beginsQuote(node) && hasText(node))

/** A quote that words follow was answered below or between: then nothing is folded. `lastOwn`: where the last such words are. */
const foldable = (node: HtmlNode, at: number, lastOwn: number): boolean =>
  at > lastOwn || isText(node) || beginsReply(node) || (isElement(node) && node.tagName !== 'blockquote' && !hasText(node))

const folded = (rest: readonly HtmlNode[], label: string, walk: Walk): SafeNode => {
  const inside = rest.flatMap((node) => safeNodes(node, walk))
  const words: SafeElement = { name: 'span', attributes: [], children: [label] }
  const summary: SafeElement = { name: 'summary', attributes: [['title', label]], children: ['\u2022\u2022\u2022', words] }
  return { name: 'details', attributes: [['class', foldClass]], children: [summary, ...inside] }
}

export const childrenOf = (element: HtmlElement, walk: Walk): readonly SafeNode[] => {
  const { childNodes } = element
  if (walk.hasQuote || !mayHoldFold.has(element.tagName)) return childNodes.flatMap((child) => safeNodes(child, walk))
  const out: SafeNode[] = []
  let lastOwn: number | undefined
  for (const [at, child] of childNodes.entries()) {
    if (!walk.hasQuote && walk.seenText && beginsQuote(child) && foldable(child, at, (lastOwn ??= lastOwnWords(childNodes)))) {
      walk.hasQuote = true
      if (walk.policy.foldLabel !== null) return [...out, folded(childNodes.slice(at), walk.policy.foldLabel, walk)]
    }
    out.push(...safeNodes(child, walk))
  }
  return out
}
