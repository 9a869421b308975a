/**
 * Parameter continuations put together without being decoded (RFC 2231 sections 3 and 4.1), as its section 6 asks of
 * BODYSTRUCTURE: `name*0*=utf-8''%E5; name*1=x` becomes `name*=utf-8''%E5x`. Pieces that do not follow each other from 0 stay.
 */
import type { Pair } from './structured-field.ts'

interface Piece {
  readonly base: string
  readonly number: number
  readonly percent: boolean
}

const pieceName = /^([^*]+)\*(\d{1,3})(\*?)$/

const pieceOf = (name: string): Piece | undefined => {
  const [, base, digits, star] = pieceName.exec(name) ?? []
  return base === undefined ? undefined : { base, number: Number(digits), percent: star === '*' }
}

/** RFC 2231 section 7, `attribute-char`; one character a byte. */
const escaped = (text: string): string =>
  text.replace(/[^!#$&+\-.0-9A-Z^_`a-z{|}~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)

const whole = (base: string, pieces: readonly { readonly piece: Piece; readonly value: string }[]): Pair | undefined => {
  const ordered = [...pieces].sort((a, b) => a.piece.number - b.piece.number)
  if (ordered.some(({ piece }, at) => piece.number !== at)) return undefined
  // Only the first says a charset; without it the others' percent signs mean nothing.
  if (ordered[0]?.piece.percent !== true) return [base, ordered.map(({ value }) => value).join('')]
  return [`${base}*`, ordered.map(({ piece, value }) => (piece.percent ? value : escaped(value))).join('')]
}

/** Raw pairs, each whole parameter at the place of its first piece. */
export const joinedContinuations = (pairs: readonly Pair[]): readonly Pair[] => {
  if (!pairs.some(([name]) => name.includes('*'))) return pairs
  const pieces = Map.groupBy(
    pairs.flatMap(([name, value]) => {
      const piece = pieceOf(name)
      return piece === undefined ? [] : [{ piece, value }]
    }),
    ({ piece }) => piece.base,
  )
  const wholes = new Map([...pieces].map(([base, list]) => [base, whole(base, list)] as const))
  const given = new Set<string>()
  return pairs.flatMap((pair) => {
    const base = pieceOf(pair[0])?.base
    const joined = base === undefined ? undefined : wholes.get(base)
    if (base === undefined || joined === undefined) return [pair]
    if (given.has(base)) return []
    given.add(base)
    return [joined]
  })
}
