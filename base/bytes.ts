/** Small operations on bytes that every layer needs. Text is a decision; these never decode by guess. */

export const cr = 0x0d
export const lf = 0x0a

export const ascii = (text: string): Buffer => Buffer.from(text, 'latin1')
export const utf8 = (text: string): Buffer => Buffer.from(text, 'utf8')

/** Bytes as text, one character a byte: loses nothing, means nothing. */
export const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Bytes as UTF-8 text, or undefined where they are not. */
export const utf8Text = (bytes: Uint8Array): string | undefined => {
  try {
    return strictUtf8.decode(bytes)
  } catch {
    return undefined
  }
}

/** A Buffer view of the same memory. */
export const view = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/**
 * Frees memory at once that nobody looks at any more: what lies outside the heap weighs on the collector until it comes by.
 * Only of bytes that are all of their memory; a part of something larger is left alone.
 */
export const release = ({ buffer, length }: Uint8Array): void => {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === length) buffer.transfer(0)
}

export const base64 = (bytes: Uint8Array): string => view(bytes).toString('base64')

/** Strict base64 (RFC 4648 section 4): undefined for anything that does not encode back to itself. */
export const fromBase64 = (text: string, bytesMax: number): Buffer | undefined => {
  if (text.length > Math.ceil(bytesMax / 3) * 4) return undefined
  const bytes = Buffer.from(text, 'base64')
  return bytes.length <= bytesMax && bytes.toString('base64') === text ? bytes : undefined
}
