/** AAAA (RFC 3596 section 2.2): an IPv6 address as text in the form of RFC 5952. */
import type { RecordType } from './record-type.ts'
import { a } from './a.ts'

const groupsOf = (text: string): readonly number[] | undefined => {
  if (text === '') return []
  const groups = text.split(':')
  return groups.length <= 8 && groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) ? groups.map((group) => Number.parseInt(group, 16)) : undefined
}

/** `::ffff:192.0.2.1` with its last two groups in hexadecimal. */
const withoutDots = (text: string): string | undefined => {
  if (!text.includes('.')) return text
  const at = text.lastIndexOf(':') + 1
  const octets = a.encode(text.slice(at))
  return octets === undefined ? undefined : `${text.slice(0, at)}${octets.readUInt16BE(0).toString(16)}:${octets.readUInt16BE(2).toString(16)}`
}

const parse = (text: string): readonly number[] | undefined => {
  const plain = withoutDots(text)
  const halves = plain?.split('::') ?? []
  if (halves.length < 1 || halves.length > 2) return undefined
  const head = groupsOf(halves[0] ?? '')
  const tail = groupsOf(halves[1] ?? '')
  if (head === undefined || tail === undefined) return undefined
  const missing = 8 - head.length - tail.length
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined
  return [...head, ...Array.from({ length: missing }, () => 0), ...tail]
}

/** RFC 5952 section 4.2: the longest run of two or more zero groups, the first of equals, becomes `::`. */
const format = (groups: readonly number[]): string => {
  let best = { start: -1, length: 1 }
  for (let start = 0; start < groups.length; start += 1) {
    let length = 0
    while (groups[start + length] === 0) length += 1
    if (length > best.length) best = { start, length }
  }
  const text = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':')
  return best.start < 0 ? text(groups) : `${text(groups.slice(0, best.start))}::${text(groups.slice(best.start + best.length))}`
}

export const aaaa: RecordType<string> = {
  number: 28,
  read(message, start, end) {
    if (end - start !== 16) return undefined
    return format(Array.from({ length: 8 }, (_, at) => message.readUInt16BE(start + at * 2)))
  },
  encode(address) {
    const groups = parse(address)
    if (groups === undefined) return undefined
    const wire = Buffer.alloc(16)
    groups.forEach((group, at) => wire.writeUInt16BE(group, at * 2))
    return wire
  },
}
