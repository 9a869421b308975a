/** Plain text in portions that a page can draw one after the other without being held up by any of them. Pure. */
import type { TextSegment } from './message-view.ts'

/** Text of one depth of quoting: whole lines of it, without the line end that the next block makes. */
export interface Run {
  readonly depth: number
  readonly segments: readonly TextSegment[]
}

export interface Slice {
  readonly runs: readonly Run[]
  /** About; how tall it is before it was drawn. */
  readonly lines: number
}

/** In characters: a slice is drawn in a few milliseconds. */
const sliceCost = 20_000
/** What a node of the document costs beside its characters. */
const nodeCost = 60
/** Ends even within a line, which no person wrote. */
const sliceCostMax = 2 * sliceCost

const columns = 80

/** Segments of one depth that follow each other. */
export const runsOf = (segments: readonly TextSegment[]): readonly Run[] => {
  const runs: { depth: number; segments: TextSegment[] }[] = []
  for (const segment of segments) {
    const last = runs.at(-1)
    if (last?.depth === segment.depth) last.segments.push(segment)
    else runs.push({ depth: segment.depth, segments: [segment] })
  }
  return runs
}

/** Where a text is cut: after the last line that fits, never within a character. Undefined: nowhere as far as `room` goes. */
const cutIn = (text: string, room: number): { readonly end: number; readonly next: number } | undefined => {
  let line = text.lastIndexOf('\n', room)
  // Empty lines stay together: at the end of a block the last would be none.
  while (line > 0 && text[line - 1] === '\n') line -= 1
  if (line > 0) return { end: line, next: line + 1 }
  if (text.length <= sliceCostMax) return undefined
  const end = /[\ud800-\udbff]/.test(text[sliceCostMax - 1] ?? '') ? sliceCostMax - 1 : sliceCostMax
  return { end, next: end }
}

const linesOf = (runs: readonly Run[]): number => {
  let lines = 0
  for (const { segments } of runs) for (const { text } of segments) lines += text.length / columns + text.split('\n').length - 1
  return Math.max(1, Math.round(lines))
}

export const slicesOf = (runs: readonly Run[]): readonly Slice[] => {
  const slices: Slice[] = []
  let done: Run[] = []
  let cost = 0
  const endSlice = (): void => {
    if (done.length > 0) slices.push({ runs: done, lines: linesOf(done) })
    done = []
    cost = 0
  }
  for (const { depth, segments } of runs) {
    if (cost >= sliceCost) endSlice()
    let piece: TextSegment[] = []
    const endPiece = (): void => {
      if (piece.length > 0) done.push({ depth, segments: piece })
      piece = []
    }
    for (const segment of segments) {
      let { text } = segment
      while (segment.href === null && cost + text.length > sliceCost) {
        const cut = cutIn(text, Math.max(0, sliceCost - cost))
        if (cut === undefined) break
        piece.push({ ...segment, text: text.slice(0, cut.end) })
        endPiece()
        endSlice()
        text = text.slice(cut.next)
      }
      if (cost >= sliceCostMax) {
        endPiece()
        endSlice()
      }
      if (text !== '') piece.push({ ...segment, text })
      cost += text.length + nodeCost
    }
    endPiece()
  }
  endSlice()
  return slices
}
