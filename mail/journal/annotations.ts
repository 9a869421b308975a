/**
 * Annotations (RFC 5464) of the account and of its mailboxes, as immutable maps: a change makes a new map, so what was
 * published stays. What is beyond a limit is left out, the same by every reader.
 */
import type { Annotation } from './event.ts'

/** `/private/` or `/shared/` and more, in lower case, printable, without the wildcards of GETMETADATA and LIST. */
const entryName = /^(?:\/[!-$&-)+-.0-@[-~]+)+$/
export const entryOctetsMax = 256
export const annotationBytesMax = 16_384
export const annotationsPerEventMax = 100
/** Of one mailbox, or of the account itself. */
export const annotationsMax = 100
/** Names and values of all annotations of an account. */
export const annotationsBytesMax = 1_048_576

/** RFC 1939 section 7: one to seventy characters from 0x21 to 0x7E. */
const uidlText = /^[!-~]{1,70}$/
export const uidlOctetsMax = 70
export const uidlsPerEventMax = 10_000

export const isUidl = (text: string): boolean => uidlText.test(text)
export const isEntryName = (entry: string): boolean => entry.length <= entryOctetsMax && entryName.test(entry)

export type Annotations = ReadonlyMap<string, Buffer>

const none: Annotations = new Map()

export const bytesOf = (annotations: Annotations): number => {
  let bytes = 0
  for (const [entry, value] of annotations) bytes += entry.length + value.length
  return bytes
}

/** Why an entry is not set, or undefined where it is. `bytesLeft` of the account's, what the entry has now given back. */
export const excess = (annotations: Annotations, { entry, value }: Annotation, bytesLeft: number): 'tooMany' | 'tooLarge' | undefined => {
  if (value === null) return undefined
  if (value.length > annotationBytesMax) return 'tooLarge'
  const present = annotations.get(entry)
  if (present === undefined && annotations.size >= annotationsMax) return 'tooMany'
  const freed = present === undefined ? 0 : entry.length + present.length
  return entry.length + value.length > bytesLeft + freed ? 'tooMany' : undefined
}

/** What `entries` make of `annotations`. */
export const annotated = (annotations: Annotations, entries: readonly Annotation[], bytesLeft: number): Annotations => {
  const next = new Map(annotations)
  let left = bytesLeft
  for (const one of entries) {
    const { entry, value } = one
    if (!isEntryName(entry) || excess(next, one, left) !== undefined) continue
    const present = next.get(entry)
    left += present === undefined ? 0 : entry.length + present.length
    if (value === null) {
      next.delete(entry)
    } else {
      next.set(entry, Buffer.from(value))
      left -= entry.length + value.length
    }
  }
  return next.size === 0 ? none : next
}
