/**
 * The first file of a ZIP archive (APPNOTE 6.3, sections 4.3.7 and 4.3.12), found through its directory: some reporters send
 * nothing else. Inflating is for whoever may; encrypted, split and 64-bit archives are refused.
 */

export interface ZipMember {
  /** Raw deflate (RFC 1951), or bytes as they are. */
  readonly deflated: boolean
  readonly bytes: Buffer
}

const endSignature = Buffer.from('PK\u0005\u0006', 'latin1')
const entrySignature = 0x02014b50
const localSignature = 0x04034b50
const endBytes = 22
const commentMax = 65_535
const entryBytes = 46
const localBytes = 30
const encrypted = 1

export const firstOfZip = (zip: Buffer): ZipMember | undefined => {
  const end = zip.lastIndexOf(endSignature)
  if (end < 0 || end + endBytes > zip.length || zip.length - end > endBytes + commentMax || zip.readUInt16LE(end + 10) === 0) return undefined
  const entry = zip.readUInt32LE(end + 16)
  if (entry + entryBytes > end || zip.readUInt32LE(entry) !== entrySignature) return undefined
  const [flags, method, size, local] = [zip.readUInt16LE(entry + 8), zip.readUInt16LE(entry + 10), zip.readUInt32LE(entry + 20), zip.readUInt32LE(entry + 42)]
  if ((flags & encrypted) !== 0 || (method !== 0 && method !== 8)) return undefined
  if (local + localBytes > entry || zip.readUInt32LE(local) !== localSignature) return undefined
  const start = local + localBytes + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
  return start + size > entry ? undefined : { deflated: method === 8, bytes: zip.subarray(start, start + size) }
}
