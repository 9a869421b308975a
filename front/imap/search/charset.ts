/** The charset a SEARCH is written in (RFC 9051 section 6.4.4). */
import { decodedBytes } from '@bulkhead/wire/mime/charset.ts'

const isKnown = (label: string): boolean => {
  try {
    return new TextDecoder(label).encoding !== ''
  } catch {
    return false
  }
}

/** Undefined where it is none we know. Without a name it is UTF-8, which ASCII is too. */
export const charsetDecoder = (name: string | undefined): ((text: Buffer) => string) | undefined => {
  const label = name === undefined || name === 'US-ASCII' ? 'utf-8' : name.toLowerCase()
  return isKnown(label) ? (text) => decodedBytes(text, label) : undefined
}
