/**
 * Content of DATA (RFC 5321 sections 4.1.1.4 and 4.5.2): only CRLF.CRLF ends it, dot-stuffing is removed, and bare CR,
 * bare LF, NUL or too many bytes are a verdict, given at the real end so that no two servers can disagree about where
 * the message stops (SMTP smuggling, CVE-2023-51764 and kin). The result is the same for every chunking.
 */
import { cr, lf } from '@bulkhead/base/bytes.ts'

export type BadContent = 'bareCr' | 'bareLf' | 'nul' | 'tooLarge'

export interface DataPart {
  /** Content of this chunk, dot-stuffing removed; nothing once the verdict is bad. */
  readonly content: Buffer
  readonly ended: boolean
  /** What follows the end. */
  readonly rest: Buffer
}

export interface DataReader {
  push(chunk: Buffer): DataPart
  /** What is wrong with the content so far; a fault of line ends or a NUL goes before size. */
  readonly verdict: BadContent | undefined
  /** Content bytes so far, dot-stuffing removed. */
  readonly contentBytes: number
}

/** Where the last byte left us. `lineDot` and `lineDotCr` stand at a dot that begins a line. */
type Place = 'lineStart' | 'text' | 'afterCr' | 'lineDot' | 'lineDotCr' | 'end'

const dot = 0x2e
const nothing: Buffer = Buffer.alloc(0)

/** Everything in running text that needs a look byte by byte. One scan of native speed passes all the rest. */
const remarkable = /\r\n\.|\r(?!\n)|(?<!\r)\n|\0/g
/** Once the content is bad only its end matters. */
const lineDots = /\r\n\.|\r\n?$/g

const afterLineStart = (byte: number): Place => (byte === cr ? 'afterCr' : byte === dot ? 'lineDot' : 'text')

const step = (place: Place, byte: number): Place => {
  switch (place) {
    case 'lineStart':
      return afterLineStart(byte)
    case 'afterCr':
      return byte === lf ? 'lineStart' : byte === cr ? 'afterCr' : 'text'
    case 'lineDot':
      return byte === cr ? 'lineDotCr' : 'text'
    case 'lineDotCr':
      return byte === lf ? 'end' : byte === cr ? 'afterCr' : 'text'
    default:
      return byte === cr ? 'afterCr' : 'text'
  }
}

const wrongAt = (place: Place, byte: number): BadContent | undefined => {
  const awaitsLf = place === 'afterCr' || place === 'lineDotCr'
  if (awaitsLf && byte !== lf) return 'bareCr'
  if (!awaitsLf && byte === lf) return 'bareLf'
  return byte === 0 ? 'nul' : undefined
}

/** The runs of a chunk that are content: a view where there is one run, a copy where dots between runs were dropped. */
const runsOf = (chunk: Buffer) => {
  let from = 0
  let first: Buffer | undefined
  let joined: Buffer | undefined
  let joinedBytes = 0
  const add = (run: Buffer): void => {
    if (first === undefined) {
      first = run
      return
    }
    if (joined === undefined) {
      joined = Buffer.allocUnsafe(chunk.length)
      joinedBytes = first.copy(joined)
    }
    joinedBytes += run.copy(joined, joinedBytes)
  }
  return {
    /** Ends a run before `to`; the next begins at `next`. */
    cut(to: number, next: number): void {
      if (to > from) add(chunk.subarray(from, to))
      from = next
    },
    content: (): Buffer => joined?.subarray(0, joinedBytes) ?? first ?? nothing,
  }
}

export const dataReader = (contentBytesMax: number): DataReader => {
  let place: Place = 'lineStart'
  let fault: BadContent | undefined
  let contentBytes = 0

  /** Index of the next byte worth a look when standing in running text; the chunk's length when there is none. */
  const skipText = (text: string, at: number): number => {
    const pattern = fault === undefined ? remarkable : lineDots
    pattern.lastIndex = at
    const found = pattern.exec(text)
    if (found !== null) return found.index
    // In good text a last LF has its CR before it; in bad text `lineDots` would have found the pair.
    if (fault === undefined && text.endsWith('\n')) place = 'lineStart'
    return text.length
  }

  const verdict = (): BadContent | undefined => fault ?? (contentBytes > contentBytesMax ? 'tooLarge' : undefined)

  const admit = (content: Buffer): Buffer => {
    contentBytes += content.length
    return verdict() === undefined ? content : nothing
  }

  return {
    push(chunk) {
      const text = chunk.toString('latin1')
      const runs = runsOf(chunk)
      let at = 0
      while (at < chunk.length && place !== 'end') {
        if (place === 'text') {
          at = skipText(text, at)
          if (at === chunk.length) break
        }
        const byte = text.charCodeAt(at)
        fault ??= wrongAt(place, byte)
        place = step(place, byte)
        // The dot of a line, stuffed or final, is not content; nor is the CR LF after a final one.
        if (place === 'lineDot' || place === 'lineDotCr' || place === 'end') runs.cut(at, at + 1)
        at += 1
      }
      const ended = place === 'end'
      if (!ended) runs.cut(chunk.length, chunk.length)
      return { content: admit(runs.content()), ended, rest: chunk.subarray(at) }
    },
    get verdict() {
      return verdict()
    },
    get contentBytes() {
      return contentBytes
    },
  }
}
