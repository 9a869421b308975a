/** The header of a message (RFC 1035 section 4.1.1; AD and CD RFC 4035 section 3.1.6, 3.2). */

export const headerBytes = 12

/** RFC 1035 section 4.1.1. Others are answers of no use to us and stay numbers. */
export const responseCodes = { noError: 0, formatError: 1, serverFailure: 2, nameError: 3, notImplemented: 4, refused: 5 } as const

export interface Header {
  readonly id: number
  readonly isResponse: boolean
  /** 0 is a standard query. */
  readonly opcode: number
  readonly authoritative: boolean
  readonly truncated: boolean
  readonly recursionDesired: boolean
  readonly recursionAvailable: boolean
  /** AD: the resolver has validated what it answers; in a query, that the asker understands the bit (RFC 6840 section 5.7). */
  readonly authenticData: boolean
  readonly responseCode: number
}

export interface Counts {
  readonly questions: number
  readonly answers: number
  readonly authorities: number
  readonly additionals: number
}

const bits = { isResponse: 0x8000, authoritative: 0x0400, truncated: 0x0200, recursionDesired: 0x0100, recursionAvailable: 0x0080, authenticData: 0x0020 }

export const readHeader = (bytes: Buffer): { readonly header: Header; readonly counts: Counts } | undefined => {
  if (bytes.length < headerBytes) return undefined
  const flags = bytes.readUInt16BE(2)
  return {
    header: {
      id: bytes.readUInt16BE(0),
      isResponse: (flags & bits.isResponse) !== 0,
      opcode: (flags >> 11) & 0x0f,
      authoritative: (flags & bits.authoritative) !== 0,
      truncated: (flags & bits.truncated) !== 0,
      recursionDesired: (flags & bits.recursionDesired) !== 0,
      recursionAvailable: (flags & bits.recursionAvailable) !== 0,
      authenticData: (flags & bits.authenticData) !== 0,
      responseCode: flags & 0x0f,
    },
    counts: {
      questions: bytes.readUInt16BE(4),
      answers: bytes.readUInt16BE(6),
      authorities: bytes.readUInt16BE(8),
      additionals: bytes.readUInt16BE(10),
    },
  }
}

export const encodeHeader = (header: Header, counts: Counts): Buffer => {
  const wire = Buffer.alloc(headerBytes)
  wire.writeUInt16BE(header.id, 0)
  const flags =
    (header.isResponse ? bits.isResponse : 0) | ((header.opcode & 0x0f) << 11) | (header.authoritative ? bits.authoritative : 0) |
    (header.truncated ? bits.truncated : 0) | (header.recursionDesired ? bits.recursionDesired : 0) |
    (header.recursionAvailable ? bits.recursionAvailable : 0) | (header.authenticData ? bits.authenticData : 0) | (header.responseCode & 0x0f)
  wire.writeUInt16BE(flags, 2)
  wire.writeUInt16BE(counts.questions, 4)
  wire.writeUInt16BE(counts.answers, 6)
  wire.writeUInt16BE(counts.authorities, 8)
  wire.writeUInt16BE(counts.additionals, 10)
  return wire
}
