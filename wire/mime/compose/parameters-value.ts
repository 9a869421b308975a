/**
 * Parameters of Content-Type and Content-Disposition (RFC 2045 section 5.1). What is not ASCII, or long, is in pieces with
 * percent signs (RFC 2231); a file's name besides as an encoded-word in `name` of the type, which is no standard, but what
 * Japanese mail programs have always read.
 */
import { utf8 } from '@bulkhead/base/bytes.ts'
import { encodedText } from './header-value.ts'

const pieceCharsMax = 60
const isToken = (text: string): boolean => /^[A-Za-z0-9!#$&\-^_`|~.+{}]+$/.test(text)
const isAscii = (text: string): boolean => /^[\x20-\x7e]*$/.test(text)
const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`

/** `attribute-char` of RFC 2231 section 7. */
const percented = (text: string): readonly string[] =>
  Array.from(text, (char) => (/[A-Za-z0-9!#$&+\-.^_`|~{}]/.test(char) ? char : utf8(char).toString('hex').toUpperCase().replaceAll(/../g, '%$&')))

const inPieces = (name: string, value: string): readonly string[] => {
  const pieces: string[] = []
  let piece = "UTF-8''"
  for (const unit of percented(value)) {
    if (piece.length + unit.length > pieceCharsMax) {
      pieces.push(piece)
      piece = ''
    }
    piece += unit
  }
  pieces.push(piece)
  return pieces.length === 1 ? [`${name}*=${pieces[0] ?? ''}`] : pieces.map((one, at) => `${name}*${at}*=${one}`)
}

/** As many as one value takes. */
export const parameter = (name: string, value: string): readonly string[] => {
  if (!isAscii(value) || value.length > pieceCharsMax) return inPieces(name, value)
  return [`${name}=${isToken(value) ? value : quoted(value)}`]
}

/** `name` of a Content-Type, for programs that read no other. */
export const nameForOldPrograms = (name: string): string =>
  isAscii(name) && name.length <= pieceCharsMax ? `name=${quoted(name)}` : `name="${encodedText(name, ' name="'.length)}"`

export const parametersValue = (value: string, parameters: readonly string[]): string => [value, ...parameters].join(';\r\n ')
