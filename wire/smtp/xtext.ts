/** `xtext = *( xchar / hexchar )` (RFC 3461 section 4): any octets as printable ASCII without space, `+` and `=`. */

const hexchar = /\+([0-9A-F]{2})/g
const xtextPattern = /^(?:[!-*,-<>-~]|\+[0-9A-F]{2})*$/

export const encodeXtext = (text: string): string => {
  let encoded = ''
  for (const byte of Buffer.from(text, 'utf8')) {
    const plain = byte > 0x20 && byte < 0x7f && byte !== 0x2b && byte !== 0x3d
    encoded += plain ? String.fromCharCode(byte) : `+${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return encoded
}

export const isXtext = (text: string): boolean => xtextPattern.test(text)

/** The text, or undefined where it is not xtext of UTF-8. */
export const decodeXtext = (text: string): string | undefined => {
  if (!isXtext(text)) return undefined
  if (!text.includes('+')) return text
  const bytes = text.replaceAll(hexchar, (_, pair: string) => String.fromCharCode(Number.parseInt(pair, 16)))
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(bytes, 'latin1'))
  } catch {
    return undefined
  }
}
