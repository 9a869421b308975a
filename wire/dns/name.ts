/**
 * Domain names (RFC 1035 section 3.1, compression section 4.1.4): bytes to text and back. Text is lower case without the
 * final dot; the root is ''. A dot or backslash inside a label is `\.`, `\\`; an octet that does not print is `\DDD`.
 */

/** Wire form with its length octets and the root's. */
export const nameBytesMax = 255
export const labelBytesMax = 63

const dot = 0x2e
const backslash = 0x5c
const pointerBits = 0xc0

export interface ReadName {
  readonly name: string
  /** Index after the name where it stands, not where a pointer led. */
  readonly end: number
}

const lower = (octet: number): number => (octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet)

const labelText = (bytes: Uint8Array, start: number, end: number): string => {
  let text = ''
  for (let at = start; at < end; at += 1) {
    const octet = lower(bytes[at] ?? 0)
    if (octet === dot || octet === backslash) text += `\\${String.fromCharCode(octet)}`
    else if (octet > 0x20 && octet < 0x7f) text += String.fromCharCode(octet)
    else text += `\\${String(octet).padStart(3, '0')}`
  }
  return text
}

/**
 * The name at `at`; undefined where it is cut off, too long, or a pointer leads anywhere but further back. Every pointer
 * has to lead before the place where the labels it continues began, so that there is no loop.
 */
export const readName = (bytes: Uint8Array, at: number): ReadName | undefined => {
  const labels: string[] = []
  let end: number | undefined
  let bytesLeft = nameBytesMax
  let segment = at
  let here = at
  for (;;) {
    const length = bytes[here]
    if (length === undefined) return undefined
    if (length === 0) return { name: labels.join('.'), end: end ?? here + 1 }
    if ((length & pointerBits) === pointerBits) {
      const low = bytes[here + 1]
      const target = ((length & ~pointerBits) << 8) | (low ?? 0)
      if (low === undefined || target >= segment) return undefined
      end ??= here + 2
      segment = here = target
      continue
    }
    bytesLeft -= length + 1
    const next = here + 1 + length
    if (length > labelBytesMax || bytesLeft < 1 || next > bytes.length) return undefined
    labels.push(labelText(bytes, here + 1, next))
    here = next
  }
}

/** One octet of a label as it was written, and the index after it. */
const writtenOctet = (text: string, at: number): { readonly octet: number; readonly end: number } | undefined => {
  const code = text.charCodeAt(at)
  if (code !== backslash) return code > 0x20 && code < 0x7f ? { octet: lower(code), end: at + 1 } : undefined
  const digits = /^[0-9]{3}/.exec(text.slice(at + 1, at + 4))?.[0]
  if (digits !== undefined) return Number(digits) < 256 ? { octet: lower(Number(digits)), end: at + 4 } : undefined
  const escaped = text.charCodeAt(at + 1)
  return escaped > 0x20 && escaped < 0x7f ? { octet: lower(escaped), end: at + 2 } : undefined
}

/** The wire form, uncompressed; undefined for what is no name: an empty or long label, too long in all, not ASCII. */
export const encodeName = (text: string): Buffer | undefined => {
  const wire = Buffer.alloc(nameBytesMax)
  if (text === '' || text === '.') return wire.subarray(0, 1)
  let label = 0
  let write = 1
  for (let at = 0; at < text.length;) {
    if (text.charCodeAt(at) === dot) {
      if (write === label + 1) return undefined
      wire[label] = write - label - 1
      label = write
      write += 1
      at += 1
    } else {
      const written = writtenOctet(text, at)
      if (written === undefined || write - label > labelBytesMax || write >= nameBytesMax - 1) return undefined
      wire[write] = written.octet
      write += 1
      at = written.end
    }
  }
  // After a final dot the label that was begun is the root's.
  if (write === label + 1) return wire.subarray(0, write)
  wire[label] = write - label - 1
  return wire.subarray(0, write + 1)
}
