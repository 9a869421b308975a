/**
 * Parameters as text: RFC 2231 continuations and charsets, encoded-words inside quotes (RFC 2047 forbids them, mailers
 * write them), raw 8-bit. Of several forms of one name the first without U+FFFD wins, RFC 2231 before plain.
 */
import { ascii } from '@bulkhead/base/bytes.ts'
import { shortened } from '../text/shortened.ts'
import { decodedBytes } from './charset.ts'
import { decodedWords } from './encoded-word.ts'
import { decodedRawText } from './raw-text.ts'
import type { Pair } from './structured-field.ts'

interface Piece {
  readonly number: number
  readonly percent: boolean
  readonly value: string
}

const piecesMax = 1_000
const fileNameCharsMax = 1_024

/** `name*`, `name*0`, `name*0*`: the base name and the piece, or undefined for a plain name. */
const pieceOf = ([name, value]: Pair): { readonly base: string; readonly piece: Piece } | undefined => {
  const star = name.indexOf('*')
  if (star <= 0) return undefined
  const percent = name.endsWith('*')
  const digits = name.slice(star + 1, percent ? -1 : undefined)
  if (percent && star === name.length - 1) return { base: name.slice(0, star), piece: { number: 0, percent, value } }
  const number = Number(digits)
  if (!/^\d{1,3}$/.test(digits) || number >= piecesMax) return undefined
  return { base: name.slice(0, star), piece: { number, percent, value } }
}

const percentBytes = (text: string): Buffer => {
  const bytes = ascii(text)
  const out = Buffer.allocUnsafe(bytes.length)
  let length = 0
  for (let at = 0; at < bytes.length; at += 1) {
    const hex = text[at] === '%' ? text.slice(at + 1, at + 3) : ''
    const escaped = /^[0-9a-f]{2}$/i.test(hex)
    out[length] = escaped ? Number.parseInt(hex, 16) : (bytes[at] ?? 0)
    if (escaped) at += 2
    length += 1
  }
  return out.subarray(0, length)
}

/** RFC 2231 sections 3 and 4: pieces in their numbers' order, charset in the first. */
const joinedPieces = (pieces: readonly Piece[]): string => {
  const ordered = [...pieces].sort((a, b) => a.number - b.number)
  const first = ordered[0]
  const marks = first?.percent === true ? first.value.split("'", 2) : []
  const charset = marks.length === 2 ? (marks[0] ?? '') : ''
  const lead = marks.length === 2 ? (first?.value.indexOf("'", (marks[0]?.length ?? 0) + 1) ?? -1) + 1 : 0
  const bytes = ordered.map(({ percent, value }, at) => {
    const text = at === 0 ? value.slice(lead) : value
    return percent ? percentBytes(text) : ascii(text)
  })
  const whole = Buffer.concat(bytes)
  return charset === '' ? decodedRawText(whole.toString('latin1')) : decodedBytes(whole, charset)
}

const plainValue = (value: string): string => (value.includes('=?') ? decodedWords(value) : decodedRawText(value))

const broken = (text: string): boolean => text.includes('\ufffd')

export const decodedParameters = (raw: readonly Pair[]): readonly Pair[] => {
  if (raw.length === 0) return raw
  const pieces = new Map<string, Piece[]>()
  const out = new Map<string, string>()
  for (const pair of raw) {
    const found = pieceOf(pair)
    if (found === undefined) {
      if (!out.has(pair[0])) out.set(pair[0], plainValue(pair[1]))
      continue
    }
    const list = pieces.get(found.base)
    if (list === undefined) pieces.set(found.base, [found.piece])
    else list.push(found.piece)
  }
  for (const [name, list] of pieces) {
    const text = joinedPieces(list)
    if (!out.has(name) || !broken(text)) out.set(name, text)
  }
  return [...out]
}

/** The name a part goes by: `filename` of its disposition or `name` of its type, whichever is readable. */
export const fileNameOf = (disposition: readonly Pair[], type: readonly Pair[]): string | null => {
  const named = (pairs: readonly Pair[], wanted: string) => pairs.find(([name]) => name === wanted)?.[1]
  const candidates = [named(disposition, 'filename'), named(type, 'name')].filter(
    (name) => name !== undefined && name !== '',
  )
  const best = candidates.find((name) => name !== undefined && !broken(name)) ?? candidates[0]
  return best === undefined ? null : shortened(best, fileNameCharsMax)
}
