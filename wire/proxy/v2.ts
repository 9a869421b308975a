/**
 * PROXY protocol version 2 (haproxy, "The PROXY protocol", section 2.2): who the client in front of a layer-4 router is.
 * Strict and limited; only read from peers the configuration names, and there it must come.
 */
const signature = Buffer.from([0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a])
const fixedBytes = 16
/** Addresses and the type-length-values we skip. */
export const proxyHeaderBytesMax = fixedBytes + 1_024

export interface ProxyPeer {
  readonly address: string
  readonly port: number
}

export type ProxyHeader =
  | { readonly is: 'more' }
  | { readonly is: 'refused' }
  /** `peer` is null for LOCAL and for families that have no address: the connection's own peer stands. */
  | { readonly is: 'header'; readonly peer: ProxyPeer | null; readonly bytes: number }

const refused: ProxyHeader = { is: 'refused' }

/** Bytes of addresses and ports by family and transport; datagrams and Unix sockets never carry mail. */
const tcp4 = { kind: 0x11, bytes: 12 } as const
const tcp6 = { kind: 0x21, bytes: 36 } as const

const ipv4At = (bytes: Buffer, at: number): string => bytes.subarray(at, at + 4).join('.')

/** RFC 5952 except for the `::`; an IPv4-mapped address is given as IPv4. */
const ipv6At = (bytes: Buffer, at: number): string => {
  const zeros = bytes.subarray(at, at + 10).every((byte) => byte === 0)
  if (zeros && bytes.readUInt16BE(at + 10) === 0xffff) return ipv4At(bytes, at + 12)
  const groups: string[] = []
  for (let group = 0; group < 8; group += 1) groups.push(bytes.readUInt16BE(at + 2 * group).toString(16))
  return groups.join(':')
}

/** Reads the header at the start of `bytes`; call again with more bytes on `more`. */
export const readProxyHeader = (bytes: Buffer): ProxyHeader => {
  const known = Math.min(bytes.length, signature.length)
  if (!bytes.subarray(0, known).equals(signature.subarray(0, known))) return refused
  if (bytes.length < fixedBytes) return { is: 'more' }
  const versionAndCommand = bytes.readUInt8(12)
  const kind = bytes.readUInt8(13)
  const length = bytes.readUInt16BE(14)
  const total = fixedBytes + length
  if (total > proxyHeaderBytesMax || (versionAndCommand !== 0x20 && versionAndCommand !== 0x21)) return refused
  if (bytes.length < total) return { is: 'more' }
  if (versionAndCommand === 0x20 || kind === 0) return { is: 'header', peer: null, bytes: total }
  if (kind === tcp4.kind && length >= tcp4.bytes) {
    return { is: 'header', peer: { address: ipv4At(bytes, 16), port: bytes.readUInt16BE(24) }, bytes: total }
  }
  if (kind === tcp6.kind && length >= tcp6.bytes) {
    return { is: 'header', peer: { address: ipv6At(bytes, 16), port: bytes.readUInt16BE(48) }, bytes: total }
  }
  return refused
}

/** A header for TCP over IPv4, for tests and for our own routers. */
export const encodeProxy4 = (from: ProxyPeer, to: ProxyPeer): Buffer => {
  const header = Buffer.alloc(fixedBytes + tcp4.bytes)
  signature.copy(header)
  header.set([0x21, tcp4.kind, 0, tcp4.bytes], 12)
  header.set(from.address.split('.').map(Number), 16)
  header.set(to.address.split('.').map(Number), 20)
  header.writeUInt16BE(from.port, 24)
  header.writeUInt16BE(to.port, 26)
  return header
}
