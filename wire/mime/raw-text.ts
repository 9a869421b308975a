/** Header text that nobody encoded: ASCII as it should be, else what its bytes look like. */
import { ascii, utf8Text } from '@bulkhead/base/bytes.ts'

const asciiOnly = /^[\x00-\x1a\x1c-\x7f]*$/

/** `text` is one character a byte. */
export const decodedRawText = (text: string): string =>
  asciiOnly.test(text) ? text : (utf8Text(ascii(text)) ?? text)
