/** Where a section's bytes lie in its message (RFC 9051 section 6.4.5.1), from the part tree. */
import type { Section } from '@bulkhead/wire/imap/fetch-grammar.ts'
import type { Part } from '@bulkhead/wire/mime/message-index.ts'

export interface ByteRange {
  readonly start: number
  readonly end: number
}

/** A part, or the message that is one's content (or the whole), whose single body counts as its part 1. */
interface Node {
  readonly part: Part
  readonly isMessage: boolean
}

const innerMessage = (part: Part): Part | undefined =>
  part.type === 'message' && part.parts.length === 1 ? part.parts[0] : undefined

const child = (node: Node, number: number): Node | undefined => {
  const inner = node.isMessage ? node.part : innerMessage(node.part)
  const container = inner ?? node.part
  if (container.type === 'multipart') {
    const part = container.parts[number - 1]
    return part === undefined ? undefined : { part, isMessage: false }
  }
  return inner !== undefined && number === 1 ? { part: inner, isMessage: false } : undefined
}

const nodeAt = (root: Part, path: readonly number[]): Node | undefined => {
  let node: Node | undefined = { part: root, isMessage: true }
  for (const number of path) node = node === undefined ? undefined : child(node, number)
  return node
}

/** The part itself, for what is asked of its content. */
export const partAt = (root: Part, path: readonly number[]): Part | undefined => nodeAt(root, path)?.part

/** Undefined where there is no such section: it is answered as NIL. Header fields are then picked out of the range. */
export const sectionRange = (root: Part, sizeBytes: number, { path, text }: Section): ByteRange | undefined => {
  const node = nodeAt(root, path)
  if (node === undefined) return undefined
  if (path.length === 0 && text === 'all') return { start: 0, end: sizeBytes }
  if (text === 'all') return { start: node.part.bodyStart, end: node.part.bodyEnd }
  if (text === 'mime') return { start: node.part.headerStart, end: node.part.bodyStart }
  const message = node.isMessage ? node.part : innerMessage(node.part)
  if (message === undefined) return undefined
  if (text === 'text') return { start: message.bodyStart, end: path.length === 0 ? sizeBytes : message.bodyEnd }
  return { start: message.headerStart, end: message.bodyStart }
}

/** `<offset.count>` of a range; empty beyond its end. */
export const partOfRange = (range: ByteRange, partial: { readonly offset: number; readonly count: number } | null): ByteRange => {
  if (partial === null) return range
  const start = Math.min(range.end, range.start + partial.offset)
  return { start, end: Math.min(range.end, start + partial.count) }
}
