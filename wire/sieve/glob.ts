/** `:matches` (RFC 5228 section 2.7.1): `*` any run, `?` one character, `\` takes the next as it is. */

type Piece = { readonly is: 'run' } | { readonly is: 'any' } | { readonly is: 'char'; readonly char: string }

const piecesOf = (pattern: string): readonly Piece[] => {
  const pieces: Piece[] = []
  const chars = [...pattern]
  for (let at = 0; at < chars.length; at += 1) {
    const char = chars[at] ?? ''
    if (char === '*') pieces.push({ is: 'run' })
    else if (char === '?') pieces.push({ is: 'any' })
    else if (char === '\\' && at + 1 < chars.length) {
      at += 1
      pieces.push({ is: 'char', char: chars[at] ?? '' })
    } else pieces.push({ is: 'char', char })
  }
  return pieces
}

/** Where each wildcard's text is, in characters; a run takes as little as it can (RFC 5229 section 3.2). */
type Spans = readonly (readonly [start: number, end: number])[]

/**
 * Only the last run is ever lengthened, which is enough: an earlier one that took less left more for it. So it takes at
 * most pattern times text steps, each of which is paid.
 */
const spansOf = (pieces: readonly Piece[], text: readonly string[], spend: (steps: number) => void): Spans | undefined => {
  const spans: [number, number][] = []
  let [piece, at] = [0, 0]
  let retry: { piece: number; spans: number; end: number } | undefined
  for (;;) {
    spend(1)
    const wanted = pieces[piece]
    if (wanted === undefined && at === text.length) return spans
    if (wanted?.is === 'run') {
      retry = { piece: piece + 1, spans: spans.length, end: at }
      spans.push([at, at])
      piece += 1
    } else if (wanted !== undefined && at < text.length && (wanted.is === 'any' || wanted.char === text[at])) {
      if (wanted.is === 'any') spans.push([at, at + 1])
      piece += 1
      at += 1
    } else {
      if (retry === undefined || retry.end >= text.length) return undefined
      retry.end += 1
      spans.length = retry.spans + 1
      const run = spans[retry.spans]
      if (run !== undefined) run[1] = retry.end
      piece = retry.piece
      at = retry.end
    }
  }
}

/** The whole and what each wildcard stands for, or undefined where it does not match. `folded`: of `text`, by the comparator. */
export const globMatch = (pattern: string, folded: string, text: string, spend: (steps: number) => void): readonly string[] | undefined => {
  const foldedChars = [...folded]
  const chars = [...text]
  const spans = spansOf(piecesOf(pattern), foldedChars, spend)
  if (spans === undefined) return undefined
  const shown = chars.length === foldedChars.length ? chars : foldedChars
  return [text, ...spans.map(([start, end]) => shown.slice(start, end).join(''))]
}
