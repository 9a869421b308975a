/** Which parts of a message are read as its text, and which are attachments (in the manner of RFC 8621 section 4.1.4). */
import type { Part } from '@bulkhead/wire/mime/message-index.ts'

export interface NumberedPart {
  readonly part: Part
  /** As IMAP numbers parts: `1.2`. */
  readonly partId: string
}

export interface ShownParts {
  /** In order; HTML and plain parts may follow each other. */
  readonly text: readonly NumberedPart[]
  readonly attachments: readonly NumberedPart[]
}

/** Parts that are looked at; a message of fifty thousand shows the first. */
const partsMax = 2_000

const isLeaf = (part: Part): boolean => part.type !== 'multipart'

const isShownText = ({ type, subtype, disposition, fileName }: Part): boolean =>
  type === 'text' && (subtype === 'plain' || subtype === 'html') && disposition !== 'attachment' && fileName === null

const holds = (part: Part, subtype: 'html' | 'plain'): boolean =>
  isLeaf(part) ? isShownText(part) && part.subtype === subtype : part.parts.some((inner) => holds(inner, subtype))

interface Gathered {
  readonly text: NumberedPart[]
  readonly attachments: NumberedPart[]
  looked: number
}

const gather = (one: NumberedPart, preferPlain: boolean, into: Gathered): void => {
  into.looked += 1
  if (into.looked > partsMax) return
  const { part, partId } = one
  if (isLeaf(part)) {
    if (isShownText(part)) into.text.push(one)
    else into.attachments.push(one)
    return
  }
  const inner = part.parts.map((inside, at) => ({ part: inside, partId: partId === '' ? `${at + 1}` : `${partId}.${at + 1}` }))
  if (part.subtype === 'alternative') return gatherOne(inner, preferPlain, into)
  for (const inside of inner) gather(inside, preferPlain, into)
}

/** Of alternatives the one that is wanted; others that are no text (a calendar's invitation) stay attachments. */
const gatherOne = (inner: readonly NumberedPart[], preferPlain: boolean, into: Gathered): void => {
  const kinds = preferPlain ? (['plain', 'html'] as const) : (['html', 'plain'] as const)
  const chosen = kinds.map((kind) => inner.findLast(({ part }) => holds(part, kind))).find((one) => one !== undefined) ?? inner.at(-1)
  for (const one of inner) {
    if (one === chosen) gather(one, preferPlain, into)
    else if (isLeaf(one.part) && one.part.type !== 'text') into.attachments.push(one)
  }
}

export const shownParts = (root: Part, preferPlain: boolean): ShownParts => {
  const into: Gathered = { text: [], attachments: [], looked: 0 }
  gather({ part: root, partId: isLeaf(root) ? '1' : '' }, preferPlain, into)
  return into
}
