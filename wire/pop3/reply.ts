/** POP3 replies (RFC 1939 section 3), with the response codes of RFC 2449 section 8 and RFC 3206. */
import { assert } from '@bulkhead/base/assert.ts'

export type ResponseCode = 'IN-USE' | 'LOGIN-DELAY' | 'SYS/TEMP' | 'SYS/PERM' | 'AUTH'

const line = (text: string): string => {
  assert(!text.includes('\r') && !text.includes('\n'), 'a reply line holds no line end')
  return `${text}\r\n`
}

export const positive = (text: string): string => line(`+OK ${text}`)

export const negative = (text: string, code?: ResponseCode): string =>
  line(code === undefined ? `-ERR ${text}` : `-ERR [${code}] ${text}`)

/** One line of a multi-line reply. Ours are numbers and names, so none begins with a dot. */
export const listed = (text: string): string => line(text)

export const listEnd = '.\r\n'
