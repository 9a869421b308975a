/**
 * A message's parts as JMAP names them (RFC 8621 section 4.1.4): what is its text, what its HTML, what is attached. A message inside is
 * one part; only multiparts have parts.
 */
import type { Part } from '../../mime/message-index.ts'
import { partEncodings, type PartEncoding } from '../ids.ts'

export interface BodyPart {
  /** As IMAP numbers sections: `1.2`. Null for a multipart. */
  readonly partId: string | null
  readonly part: Part
  /** `text/plain`. */
  readonly type: string
  /** Null where it is no multipart. */
  readonly subParts: readonly BodyPart[] | null
}

export interface BodyParts {
  readonly structure: BodyPart
  readonly textBody: readonly BodyPart[]
  readonly htmlBody: readonly BodyPart[]
  readonly attachments: readonly BodyPart[]
}

const bodyPart = (part: Part, path: string): BodyPart => {
  const type = `${part.type}/${part.subtype}`
  if (part.type !== 'multipart') return { partId: path === '' ? '1' : path, part, type, subParts: null }
  return { partId: null, part, type, subParts: part.parts.map((inner, at) => bodyPart(inner, path === '' ? `${at + 1}` : `${path}.${at + 1}`)) }
}

const isMedia = ({ part }: BodyPart): boolean => part.type === 'image' || part.type === 'audio' || part.type === 'video'

/** Whether it is body rather than attachment. `at`: its place in the multipart. */
const isInline = (one: BodyPart, at: number, within: string): boolean => {
  if (one.part.disposition === 'attachment') return false
  if (one.type !== 'text/plain' && one.type !== 'text/html' && !isMedia(one)) return false
  return at === 0 || (within !== 'related' && (isMedia(one) || one.part.fileName === null))
}

interface Found {
  readonly text: BodyPart[] | null
  readonly html: BodyPart[] | null
  readonly attachments: BodyPart[]
}

const addInAlternative = (one: BodyPart, { text, html, attachments }: Found): void => {
  if (one.type === 'text/plain') text?.push(one)
  else if (one.type === 'text/html') html?.push(one)
  else attachments.push(one)
}

/** Of an alternative that has one of the two only, it stands for both. */
const share = ({ text, html }: Found, textBefore: number, htmlBefore: number): void => {
  if (text === null || html === null) return
  if (text.length === textBefore && html.length !== htmlBefore) text.push(...html.slice(htmlBefore))
  else if (html.length === htmlBefore && text.length !== textBefore) html.push(...text.slice(textBefore))
}

const sort = (parts: readonly BodyPart[], within: string, inAlternative: boolean, into: Found): void => {
  let found = into
  const [textBefore, htmlBefore] = [into.text?.length ?? -1, into.html?.length ?? -1]
  for (const [at, one] of parts.entries()) {
    if (one.subParts !== null) sort(one.subParts, one.part.subtype, inAlternative || one.part.subtype === 'alternative', found)
    else if (!isInline(one, at, within)) found.attachments.push(one)
    else if (within === 'alternative') addInAlternative(one, found)
    else {
      if (inAlternative && one.type === 'text/plain') found = { ...found, html: null }
      if (inAlternative && one.type === 'text/html') found = { ...found, text: null }
      found.text?.push(one)
      found.html?.push(one)
      if ((found.text === null || found.html === null) && isMedia(one)) found.attachments.push(one)
    }
  }
  if (within === 'alternative') share(found, textBefore, htmlBefore)
}

export const bodyParts = (root: Part): BodyParts => {
  const structure = bodyPart(root, '')
  const found = { text: [] as BodyPart[], html: [] as BodyPart[], attachments: [] as BodyPart[] }
  sort([structure], 'mixed', false, found)
  return { structure, textBody: found.text, htmlBody: found.html, attachments: found.attachments }
}

const signatureTypes = new Set(['application/pgp-signature', 'application/pkcs7-signature', 'application/x-pkcs7-signature'])

/** Parts that belong to the text: pictures of a multipart/related that are not said to be attachments. */
const embedded = (part: Part, into: Set<Part>): void => {
  const isRelated = part.type === 'multipart' && part.subtype === 'related'
  for (const [at, inner] of part.parts.entries()) {
    if (isRelated && at > 0 && inner.type === 'image' && inner.disposition !== 'attachment') into.add(inner)
    if (part.type === 'multipart') embedded(inner, into)
  }
}

/** Whether a person would say that something is attached (RFC 8621 section 4.1.4). */
export const hasAttachment = (root: Part): boolean => {
  const { attachments } = bodyParts(root)
  const inside = new Set<Part>()
  embedded(root, inside)
  return attachments.some(({ part, type }) => part.disposition !== 'inline' && !signatureTypes.has(type) && !inside.has(part))
}

/** Every part, the multiparts among them. */
export function* everyPart(part: BodyPart): Generator<BodyPart, void, void> {
  yield part
  for (const inner of part.subParts ?? []) yield* everyPart(inner)
}

/** How its bytes are decoded; a name nobody knows is none. */
export const encodingOf = ({ encoding }: Pick<Part, 'encoding'>): PartEncoding => partEncodings.find((known) => known === encoding) ?? 'identity'

/** Section 4.1.4: where nothing is said, `us-ascii` for text, and null for all else. */
export const charsetOf = ({ type, parameters }: Part): string | null =>
  parameters.find(([name]) => name === 'charset')?.[1] ?? (type === 'text' ? 'us-ascii' : null)
