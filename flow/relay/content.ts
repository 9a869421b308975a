/** A message's bytes on their way out, and what the peer said it can take. */
import { latin1 } from '@bulkhead/base/bytes.ts'
import { isAscii } from '@bulkhead/wire/trace/dsn.ts'

/** EHLO keywords of the peer with their parameters. */
export type Extensions = ReadonlyMap<string, string>

export interface Content {
  readonly bytes: Buffer
  readonly headerIsAscii: boolean
  readonly isAscii: boolean
}

const endOfHeader = Buffer.from('\r\n\r\n')

export const contentOf = (bytes: Buffer): Content => {
  const end = bytes.indexOf(endOfHeader)
  const headerIsAscii = isAscii(latin1(end < 0 ? bytes : bytes.subarray(0, end)))
  return { bytes, headerIsAscii, isAscii: headerIsAscii && (end < 0 || isAscii(latin1(bytes.subarray(end)))) }
}
