/** Header text that nobody encoded: ASCII as it should be, else what its bytes look like. */
import { ascii } from '@bulkhead/base/bytes.ts'
import { decodedBytes } from './charset.ts'

const asciiOnly = /^[\x00-\x0d\x10-\x1a\x1c-\x7f]*$/

/** `text` is one character a byte. */
export const decodedRawText = (text: string): string =>
  asciiOnly.test(text) ? text : decodedBytes(ascii(text), '')
