/**
 * Hostile HTML to a tree, as a browser without scripts would read it (parse5, WHATWG). Whatever the text, it ends: what is beyond the
 * limits of `limits.ts` is not read, and the tree so far is given.
 */
import { defaultTreeAdapter, parse, type DefaultTreeAdapterTypes, type TreeAdapter, type DefaultTreeAdapterMap } from 'parse5'
import { depthMax, htmlCharsMax, nodesMax } from './limits.ts'

export type HtmlNode = DefaultTreeAdapterTypes.ChildNode
export type HtmlElement = DefaultTreeAdapterTypes.Element
type Document = DefaultTreeAdapterTypes.Document

export interface BoundedTree {
  readonly document: Document
  readonly truncated: boolean
}

class TreeFull extends Error {}

/** Attributes of one tag that the tree keeps is the filter's business; this many end the reading. */
const attributesReadMax = 1_024

const boundedAdapter = (): { readonly adapter: TreeAdapter<DefaultTreeAdapterMap>; readonly document: Document } => {
  const document = defaultTreeAdapter.createDocument()
  let nodes = 0
  let depth = 0
  const counted = (): void => {
    nodes += 1
    if (nodes > nodesMax) throw new TreeFull()
  }
  const adapter: TreeAdapter<DefaultTreeAdapterMap> = {
    ...defaultTreeAdapter,
    createDocument: () => document,
    createElement(tagName, namespace, attributes) {
      counted()
      if (attributes.length > attributesReadMax) throw new TreeFull()
      return defaultTreeAdapter.createElement(tagName, namespace, attributes)
    },
    createCommentNode(data) {
      counted()
      return defaultTreeAdapter.createCommentNode(data)
    },
    onItemPush() {
      depth += 1
      if (depth > depthMax) throw new TreeFull()
    },
    onItemPop() {
      depth -= 1
    },
  }
  return { adapter, document }
}

export const boundedTree = (html: string): BoundedTree => {
  const { adapter, document } = boundedAdapter()
  try {
    parse(html.slice(0, htmlCharsMax).toWellFormed(), { treeAdapter: adapter, scriptingEnabled: false })
  } catch (error) {
    if (!(error instanceof TreeFull)) throw error
    return { document, truncated: true }
  }
  return { document, truncated: html.length > htmlCharsMax }
}

export const isElement = (node: HtmlNode): node is HtmlElement => 'tagName' in node

export const isText = (node: HtmlNode): node is DefaultTreeAdapterTypes.TextNode => node.nodeName === '#text'
