/** Fields that the desk's requests to the warden share, checked. */
import { secret, type Secret } from '@bulkhead/base/secret.ts'
import { BadAsk, bytesOf, textOf } from '@bulkhead/door/ask.ts'
import { canonicalAddress } from '@bulkhead/mail/address/address.ts'
import { passwordBytesMax, preparePassword } from '@bulkhead/seal/password.ts'
import { keyBytes } from '@bulkhead/seal/x25519.ts'

type Fields = Readonly<Record<string, unknown>>

const addressLengthMax = 1_024
/** One longer than can be set is read, to be called weak and not a bad request. */
const newPasswordBytesMax = 4 * passwordBytesMax

export const addressOf = (ask: Fields): string => {
  const address = canonicalAddress(textOf(ask, 'address', addressLengthMax))
  if (address === undefined) throw new BadAsk('address')
  return address
}

export const passwordOf = (ask: Fields, name: string): Secret<Buffer> =>
  preparePassword(secret(bytesOf(ask, name, newPasswordBytesMax)))

export const privateKeyOf = (ask: Fields): Secret<Buffer> => {
  const privateKey = bytesOf(ask, 'privateKey', keyBytes)
  if (privateKey.length !== keyBytes) throw new BadAsk('privateKey')
  return secret(privateKey)
}

const thumbprintPattern = /^[A-Za-z0-9_-]{43}$/

/** Thumbprint of a device's key (RFC 7638). */
export const keyOf = (ask: Fields): string => {
  const key = textOf(ask, 'key', 43)
  if (!thumbprintPattern.test(key)) throw new BadAsk('key')
  return key
}
