/** Headers and bodies as text to be searched or shown: transfer encoding and charset undone, whatever their labels say. */
import { latin1, view } from '@bulkhead/base/bytes.ts'
import { decodedWith, type Decoded } from './charset.ts'
import { decodedWords } from './encoded-word.ts'
import { unfoldedText } from './header.ts'
import type { Part } from './message-index.ts'
import { transferDecoder } from './transfer-encoding.ts'

/** A field's value as it stands in the message. */
export const decodedHeaderText = (raw: Uint8Array): string => decodedWords(unfoldedText(latin1(raw)))

/** How far into an HTML text its own declaration is looked for; the WHATWG prescan has the same limit. */
const metaBytesMax = 1_024
const metaCharset = /charset\s*=\s*["']?\s*([a-z0-9_:.-]{1,40})/i

const labelOf = (part: Pick<Part, 'subtype' | 'parameters'>, content: Buffer): string => {
  const label = part.parameters.find(([name]) => name === 'charset')?.[1] ?? ''
  const says = label !== '' && label.toLowerCase() !== 'us-ascii'
  if (says || part.subtype !== 'html') return label
  return metaCharset.exec(content.toString('latin1', 0, metaBytesMax))?.[1] ?? label
}

const blanksMax = 8

/** No padding but at the very end: then Node's own decoder, which skips junk and stops at padding, does what ours does. */
const paddedAtEnd = (body: Buffer): boolean => {
  const padding = body.indexOf('=')
  return padding < 0 || padding >= body.length - blanksMax
}

/** Bytes of a part's body with their Content-Transfer-Encoding undone. */
export const decodedContent = (encoding: string, body: Uint8Array): Buffer => {
  if (encoding === 'base64' && paddedAtEnd(view(body))) return Buffer.from(latin1(body), 'base64')
  const decoder = transferDecoder(encoding)
  const content = decoder.push(body)
  const rest = decoder.end()
  return rest.length === 0 ? content : Buffer.concat([content, rest])
}

type TextPart = Pick<Part, 'type' | 'subtype' | 'encoding' | 'parameters'>

/** `content` has its transfer encoding undone. */
export const decodedPart = (part: TextPart, content: Buffer): Decoded => decodedWith(content, labelOf(part, content))

/** `body` is the part's body as it stands in the message. */
export const decodedText = (part: TextPart, body: Uint8Array): string => decodedPart(part, decodedContent(part.encoding, view(body))).text
