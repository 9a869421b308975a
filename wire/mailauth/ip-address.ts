/** IP addresses as bytes: 4 or 16 of them. An IPv4-mapped IPv6 address is the IPv4 address (RFC 7208 section 5). */
const octet = /^(?:0|[1-9][0-9]{0,2})$/
const group = /^[0-9a-f]{1,4}$/i
const addressCharsMax = 45
const groups = 8
const mappedPrefix = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]

const v4 = (text: string): readonly number[] | undefined => {
  const parts = text.split('.')
  return parts.length === 4 && parts.every((part) => octet.test(part) && Number(part) <= 255) ? parts.map(Number) : undefined
}

/** 16-bit groups of one side of `::`; the last may be an IPv4 address. */
const groupsOf = (text: string): readonly number[] | undefined => {
  if (text === '') return []
  const parts = text.split(':')
  const last = parts.at(-1) ?? ''
  const tail = last.includes('.') ? v4(last) : undefined
  if (last.includes('.')) {
    if (tail === undefined) return undefined
    parts.pop()
  }
  if (!parts.every((part) => group.test(part))) return undefined
  const [a = 0, b = 0, c = 0, d = 0] = tail ?? []
  return [...parts.map((part) => Number.parseInt(part, 16)), ...(tail === undefined ? [] : [a * 256 + b, c * 256 + d])]
}

const v6 = (text: string): readonly number[] | undefined => {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [head, tail] = [groupsOf(halves[0] ?? ''), halves.length === 2 ? groupsOf(halves[1] ?? '') : []]
  if (head === undefined || tail === undefined) return undefined
  const missing = groups - head.length - tail.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  return [...head, ...new Array<number>(halves.length === 2 ? missing : 0).fill(0), ...tail].flatMap((one) => [one >> 8, one & 0xff])
}

/** As written, or undefined. */
export const addressBytes = (text: string): readonly number[] | undefined => {
  if (text.length > addressCharsMax) return undefined
  return text.includes(':') ? v6(text) : v4(text)
}

export const ipAddress = (text: string): readonly number[] | undefined => {
  const bytes = addressBytes(text)
  return bytes !== undefined && bytes.length === 16 && mappedPrefix.every((byte, at) => bytes[at] === byte) ? bytes.slice(12) : bytes
}

export const sameNetwork = (left: readonly number[], right: readonly number[], bits: number): boolean => {
  if (left.length !== right.length) return false
  return left.every((byte, at) => {
    const kept = Math.min(8, Math.max(0, bits - at * 8))
    return byte >> (8 - kept) === (right[at] ?? 0) >> (8 - kept)
  })
}

/** Labels of the name under `in-addr.arpa` or `ip6.arpa`, not yet turned round. */
export const addressLabels = (bytes: readonly number[]): readonly string[] =>
  bytes.length === 4 ? bytes.map(String) : bytes.flatMap((byte) => [(byte >> 4).toString(16), (byte & 15).toString(16)])

export const reverseName = (bytes: readonly number[]): string =>
  `${addressLabels(bytes).toReversed().join('.')}.${bytes.length === 4 ? 'in-addr' : 'ip6'}.arpa`
