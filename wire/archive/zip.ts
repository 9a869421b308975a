/** ZIP archives (APPNOTE 6.3.10) of files as they are, written while they are read: sizes and checksums follow each file. No ZIP64. */

const localSignature = 0x0403_4b50
const descriptorSignature = 0x0807_4b50
const centralSignature = 0x0201_4b50
const endSignature = 0x0605_4b50
/** 2.0; names are UTF-8 and sizes follow (bits 11 and 3). */
const version = 20
const flags = 0x0808
const methodStored = 0
/** 1980-01-01, the earliest there is: when a file was made is not known. */
const dosDate = 0x0021

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb8_8320 : value >>> 1
  return value >>> 0
})

/** CRC-32 so far; 0 at the beginning. */
export const crc32 = (bytes: Uint8Array, before = 0): number => {
  let value = ~before >>> 0
  for (let at = 0; at < bytes.length; at += 1) value = (value >>> 8) ^ (table[(value ^ (bytes[at] ?? 0)) & 0xff] ?? 0)
  return ~value >>> 0
}

export interface ZipEntry {
  readonly name: string
  content(): AsyncIterable<Buffer>
}

interface Written {
  readonly name: Buffer
  readonly crc: number
  readonly sizeBytes: number
  readonly offset: number
}

const localHeader = (name: Buffer): Buffer => {
  const head = Buffer.alloc(30)
  head.writeUInt32LE(localSignature, 0)
  head.writeUInt16LE(version, 4)
  head.writeUInt16LE(flags, 6)
  head.writeUInt16LE(methodStored, 8)
  head.writeUInt16LE(dosDate, 12)
  head.writeUInt16LE(name.length, 26)
  return Buffer.concat([head, name])
}

const descriptor = (crc: number, sizeBytes: number): Buffer => {
  const bytes = Buffer.alloc(16)
  bytes.writeUInt32LE(descriptorSignature, 0)
  bytes.writeUInt32LE(crc, 4)
  bytes.writeUInt32LE(sizeBytes, 8)
  bytes.writeUInt32LE(sizeBytes, 12)
  return bytes
}

const centralHeader = ({ name, crc, sizeBytes, offset }: Written): Buffer => {
  const head = Buffer.alloc(46)
  head.writeUInt32LE(centralSignature, 0)
  head.writeUInt16LE(version, 4)
  head.writeUInt16LE(version, 6)
  head.writeUInt16LE(flags, 8)
  head.writeUInt16LE(methodStored, 10)
  head.writeUInt16LE(dosDate, 14)
  head.writeUInt32LE(crc, 16)
  head.writeUInt32LE(sizeBytes, 20)
  head.writeUInt32LE(sizeBytes, 24)
  head.writeUInt16LE(name.length, 28)
  head.writeUInt32LE(offset, 42)
  return Buffer.concat([head, name])
}

const endRecord = (count: number, sizeBytes: number, offset: number): Buffer => {
  const bytes = Buffer.alloc(22)
  bytes.writeUInt32LE(endSignature, 0)
  bytes.writeUInt16LE(count, 8)
  bytes.writeUInt16LE(count, 10)
  bytes.writeUInt32LE(sizeBytes, 12)
  bytes.writeUInt32LE(offset, 16)
  return bytes
}

/** The caller bounds files and bytes: fewer than 65,536 and 4 GB. */
export async function* zipOf(entries: readonly ZipEntry[]): AsyncGenerator<Buffer> {
  const written: Written[] = []
  let at = 0
  for (const entry of entries) {
    const name = Buffer.from(entry.name, 'utf8')
    const head = localHeader(name)
    yield head
    let crc = 0
    let sizeBytes = 0
    for await (const piece of entry.content()) {
      crc = crc32(piece, crc)
      sizeBytes += piece.length
      yield piece
    }
    const tail = descriptor(crc, sizeBytes)
    yield tail
    written.push({ name, crc, sizeBytes, offset: at })
    at += head.length + sizeBytes + tail.length
  }
  const central = Buffer.concat(written.map(centralHeader))
  yield central
  yield endRecord(written.length, central.length, at)
}
