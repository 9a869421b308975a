/**
 * Small scanners over header text (one character a byte), shared by addresses and parameters. Raw ISO-2022-JP and
 * Shift_JIS hide `"`, `\`, `@` and `,` inside two-byte characters; these scanners step over them.
 */

export const isBlankChar = (char: string | undefined): boolean =>
  char === ' ' || char === '\t' || char === '\r' || char === '\n'

/** Comments nest; deeper than this is read as text. RFC 5322 section 3.2.2 has no limit. */
const commentDepthMax = 32

/** A longer run between escapes is read as ASCII; without a limit a field full of escapes would be searched again and again. */
const escapedMax = 512

/** Length of the multi-byte character or escaped run at `at` that must not be read as ASCII; 0 for none. */
export const opaqueLength = (text: string, at: number, quoted: boolean): number => {
  const code = text.charCodeAt(at)
  if (code === 0x1b) {
    if (text[at + 1] !== '$') return 1
    const back = text.slice(at + 2, at + 2 + escapedMax).indexOf('\x1b(')
    return back < 0 ? 1 : back + 5
  }
  // Lead bytes from E0 are letters in Latin-1 too, so outside quotes only the C1 range counts as Shift_JIS.
  const leads = (code >= 0x81 && code <= 0x9f) || (quoted && code >= 0xe0 && code <= 0xfc)
  if (!leads) return 0
  const trail = text.charCodeAt(at + 1)
  return trail >= 0x40 && trail <= 0x7e ? 2 : 0
}

/** Reads a quoted-string whose quote is at `at`. An unclosed one runs to the end. */
export const quotedString = (text: string, at: number): { readonly value: string; readonly end: number } => {
  let value = ''
  let from = at + 1
  let here = from
  while (here < text.length) {
    const opaque = opaqueLength(text, here, true)
    if (opaque > 0) {
      here += opaque
      continue
    }
    const char = text[here]
    if (char === '"') return { value: value + text.slice(from, here), end: here + 1 }
    if (char === '\\' && here + 1 < text.length) {
      value += text.slice(from, here)
      from = here + 1
      here += 2
      continue
    }
    here += 1
  }
  return { value: value + text.slice(from), end: text.length }
}

/** Reads a comment whose parenthesis is at `at`; gives its text without the outer parentheses. */
export const comment = (text: string, at: number): { readonly value: string; readonly end: number } => {
  let depth = 1
  let value = ''
  let from = at + 1
  let here = from
  while (here < text.length) {
    const opaque = opaqueLength(text, here, false)
    if (opaque > 0) {
      here += opaque
      continue
    }
    const char = text[here]
    if (char === '(' && depth < commentDepthMax) depth += 1
    if (char === ')') {
      depth -= 1
      if (depth === 0) return { value: value + text.slice(from, here), end: here + 1 }
    }
    if (char === '\\' && here + 1 < text.length) {
      value += text.slice(from, here)
      from = here + 1
      here += 2
      continue
    }
    here += 1
  }
  return { value: value + text.slice(from), end: text.length }
}

/** First position from `at` that is neither blank nor in a comment. */
export const skipBlanks = (text: string, at: number): number => {
  let here = at
  for (;;) {
    while (isBlankChar(text[here])) here += 1
    if (text[here] !== '(') return here
    here = comment(text, here).end
  }
}
