/** The base subject of RFC 5256 section 2.1: what is left without `Re:`, `Fwd:`, `[list]` and `(fwd)`. */
import { shortened } from './shortened.ts'

export interface BaseSubject {
  readonly text: string
  /** Something of a reply or a forward was taken off (RFC 5256 section 2.2, step 4 B and 5 C). */
  readonly isReply: boolean
}

/** Longer subjects are cut: nobody sorts by their ends. */
const subjectCharsMax = 1_024
/** Prefixes taken off at most; a subject made of nothing else has no meaning left. */
const roundsMax = 200

/** `subj-blob = "[" *BLOBCHAR "]" *WSP` */
const blob = /^\[[^[\]]{0,256}\]\s*/
/** `subj-refwd = ("re" / ("fw" ["d"])) *WSP [subj-blob] ":"`, with the full-width colon and counters that mailers write. */
const refwd = /^(?:re|fwd?)\s*(?:\[[^[\]]{0,256}\]|\^\d{1,3})?\s*[:\uff1a]/i
const trailer = /\s*\(fwd\)$/i
const forwarded = /^\[fwd:(.*)\]$/i

const withoutBlobs = (text: string): string => {
  let rest = text
  for (let round = 0; round < roundsMax && blob.test(rest); round += 1) rest = rest.replace(blob, '')
  return rest
}

/** Takes one leader off (step 3 and 4), or gives the same text. */
const withoutLeader = (text: string): string => {
  const trimmed = text.trimStart()
  if (refwd.test(trimmed)) return trimmed.replace(refwd, '').trimStart()
  const behindBlob = trimmed.replace(blob, '')
  if (behindBlob === trimmed) return trimmed
  const behindAll = withoutBlobs(trimmed)
  if (refwd.test(behindAll)) return behindAll.replace(refwd, '').trimStart()
  // A blob goes only where something is left behind it.
  return behindBlob === '' ? trimmed : behindBlob
}

/** `decoded`: the Subject with its encoded-words undone. */
export const baseSubject = (decoded: string): BaseSubject => {
  let text = shortened(decoded, subjectCharsMax).replace(/\s+/g, ' ').trim()
  let isReply = false
  for (let round = 0; round < roundsMax; round += 1) {
    const before = text
    while (trailer.test(text)) {
      text = text.replace(trailer, '').trimEnd()
      isReply = true
    }
    const led = withoutLeader(text)
    if (led !== text && refwd.test(withoutBlobs(text.trimStart()))) isReply = true
    text = led
    const inner = forwarded.exec(text)?.[1]
    if (inner !== undefined) {
      text = inner.trim()
      isReply = true
    }
    if (text === before) break
  }
  return { text, isReply }
}
