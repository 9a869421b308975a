/**
 * What a new password must be: 8 to 256 bytes, no control characters, not the person's own name, not one of the very
 * commonest. Nothing about digits and capitals (NIST SP 800-63B-4). It is a value, so that an import or a drill can
 * take what people already have.
 */
import { passwordBytesMax } from '@bulkhead/seal/password.ts'
import type { PasswordFlaw } from '@bulkhead/door/contracts/warden.ts'
import type { Secret } from '@bulkhead/base/secret.ts'
import { commonPasswords } from './common-passwords.ts'

/** What is wrong with it; undefined where it may be set. `password` is prepared, `address` canonical. */
export type PasswordRule = (password: Secret<Uint8Array>, address: string) => PasswordFlaw | undefined

const passwordBytesMin = 8

const isControl = (byte: number): boolean => byte < 0x20 || byte === 0x7f
/** C1 as well (RFC 8265 section 4.2: OpaqueString has no controls). */
const control = /\p{Cc}/u

export const passwordRule: PasswordRule = (password, address) => {
  const bytes = Buffer.from(password.declassify())
  if (bytes.length < passwordBytesMin) return 'tooShort'
  if (bytes.length > passwordBytesMax) return 'tooLong'
  const text = bytes.toString('utf8')
  if (bytes.some(isControl) || control.test(text)) return 'controlCharacter'
  const plain = text.normalize('NFKC').toLowerCase()
  const localPart = address.slice(0, address.lastIndexOf('@'))
  if (plain === localPart || plain === address) return 'ownName'
  return commonPasswords.has(plain) ? 'common' : undefined
}

/** Any length a login could bring, nothing else asked: for passwords that exist already. */
export const anyPassword: PasswordRule = (password) => {
  const { length } = password.declassify()
  if (length === 0) return 'tooShort'
  return length > passwordBytesMax ? 'tooLong' : undefined
}
