/** What stands in a report's attachment, however it was packed: gzip, ZIP or plain. Never more than `unpackedMax`, whatever it claims. */
import { gunzip, inflateRaw } from 'node:zlib'
import { utf8Text } from '@bulkhead/base/bytes.ts'
import { firstOfZip } from '@bulkhead/wire/reports/zip.ts'

export const unpackedMax = 8_388_608

type Inflate = (bytes: Buffer, options: { readonly maxOutputLength: number }, done: (error: Error | null, result: Buffer) => void) => void

/** On another thread; undefined where it is broken or too large. */
const inflated = (inflate: Inflate, bytes: Buffer): Promise<Buffer | undefined> =>
  new Promise((resolve) => {
    inflate(bytes, { maxOutputLength: unpackedMax }, (error, result) => resolve(error === null ? result : undefined))
  })

const opened = async (bytes: Buffer): Promise<Buffer | undefined> => {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return inflated(gunzip, bytes)
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) return bytes.length <= unpackedMax ? bytes : undefined
  const member = firstOfZip(bytes)
  if (member === undefined) return undefined
  if (member.deflated) return inflated(inflateRaw, member.bytes)
  return member.bytes.length <= unpackedMax ? member.bytes : undefined
}

/** Undefined where it can't be unpacked, is too large or no UTF-8. */
export const unpackedText = async (bytes: Buffer): Promise<string | undefined> => {
  const plain = await opened(bytes)
  return plain && utf8Text(plain)
}
