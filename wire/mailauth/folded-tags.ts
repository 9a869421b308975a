/** A field of tags, folded to lines of RFC 5322's recommended length; what is one word stays whole where it may not be cut. */
const lineCharsMax = 78
const cuttable = new Set(['b', 'bh', 'h'])

/** Pieces that a fold may stand between: base64 anywhere, names behind their colon. */
const pieces = (name: string, value: string): readonly string[] => {
  const text = `${name}=${value};`
  if (!cuttable.has(name)) return [text]
  return name === 'h' ? (text.match(/[^:]*:|[^:]+$/g) ?? [text]) : (text.match(/.{1,16}/g) ?? [text])
}

/** With the CRLF at its end. The last tag has no semicolon. */
export const foldedTags = (fieldName: string, tags: readonly (readonly [name: string, value: string])[]): string => {
  const lines: string[] = []
  let line = `${fieldName}:`
  const put = (piece: string, glue: string): void => {
    if (line.length + glue.length + piece.length > lineCharsMax) {
      lines.push(line)
      line = `\t${piece}`
    } else line += glue + piece
  }
  for (const [name, value] of tags) pieces(name, value).forEach((piece, at) => put(piece, at === 0 ? ' ' : ''))
  lines.push(line)
  return `${lines.join('\r\n').replace(/;$/, '')}\r\n`
}
