/**
 * A password as the bytes that are hashed. Valid UTF-8 is prepared as OpaqueString (RFC 8265 section 4.2): spaces other
 * than ASCII's become U+0020, then NFC, so that the same keys pressed on a Mac and on Windows are the same password.
 * Not NFKC: that would merge passwords which people typed differently. Anything that is not UTF-8 (old clients, Latin-1)
 * is taken as the exact bytes. ASCII is unchanged either way, and there is one form, so one hash, for every login.
 */
import { utf8Text } from '@bulkhead/base/bytes.ts'
import { secret, type Secret } from '@bulkhead/base/secret.ts'

export const passwordBytesMax = 256

const spacesBeyondAscii = /[^\S\p{Cc}\u0020\u2028\u2029\ufeff]/gu

export const preparePassword = (password: Secret<Uint8Array>): Secret<Buffer> => {
  const exact = password.declassify()
  const text = utf8Text(exact)
  if (text === undefined) return secret(Buffer.from(exact))
  return secret(Buffer.from(text.replace(spacesBeyondAscii, ' ').normalize('NFC'), 'utf8'))
}
