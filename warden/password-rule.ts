/**
 * What a new password must be: 8 to 256 bytes, no control characters, not the person's own name, not one of the very
 * commonest. Nothing about digits and capitals (NIST SP 800-63B-4). It is a value, so that an import or a drill can
 * take what people already have.
 */
import { passwordBytesMax } from '@bulkhead/seal/password.ts'
import type { Secret } from '@bulkhead/base/secret.ts'
import { commonPasswords } from './common-passwords.ts'

/** True where the password may be set. `password` is prepared, `address` canonical. */
export type PasswordRule = (password: Secret<Uint8Array>, address: string) => boolean

const passwordBytesMin = 8

const isControl = (byte: number): boolean => byte < 0x20 || byte === 0x7f

export const passwordRule: PasswordRule = (password, address) => {
  const bytes = Buffer.from(password.declassify())
  if (bytes.length < passwordBytesMin || bytes.length > passwordBytesMax || bytes.some(isControl)) return false
  const lower = bytes.toString('utf8').toLowerCase()
  const localPart = address.slice(0, address.lastIndexOf('@'))
  return lower !== localPart && lower !== address && !commonPasswords.has(lower)
}

/** Any length a login could bring, nothing else asked: for passwords that exist already. */
export const anyPassword: PasswordRule = (password) => {
  const { length } = password.declassify()
  return length > 0 && length <= passwordBytesMax
}
