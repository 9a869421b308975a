/**
 * Strict base64 (RFC 4648 section 4) from bytes to bytes. Passwords come this way, so no string is ever made of them:
 * a string can't be wiped.
 */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const invalid = 0xff
const padding = 0x3d

const sextets = new Uint8Array(256).fill(invalid)
for (let at = 0; at < alphabet.length; at += 1) sextets[alphabet.charCodeAt(at)] = at

/** undefined for anything that does not encode back to itself, or is longer than `bytesMax`. */
export const decodeBase64 = (text: Uint8Array, bytesMax: number): Buffer | undefined => {
  if (text.length % 4 !== 0 || text.length > Math.ceil(bytesMax / 3) * 4) return undefined
  let end = text.length
  while (end > text.length - 2 && text[end - 1] === padding) end -= 1
  const bytes = Buffer.allocUnsafe(Math.floor((end * 3) / 4))
  let bits = 0
  let held = 0
  let out = 0
  for (let at = 0; at < end; at += 1) {
    const sextet = sextets[text[at] ?? 0] ?? invalid
    if (sextet === invalid) return undefined
    held = ((held << 6) | sextet) & 0xffff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      bytes[out] = held >> bits
      out += 1
    }
  }
  const leftover = held & ((1 << bits) - 1)
  return bits < 6 && leftover === 0 && bytes.length <= bytesMax ? bytes : undefined
}
