/**
 * Content-Type and Content-Disposition values (RFC 2045 section 5.1, RFC 2183 section 2) as received: a lower-case
 * token or type and raw parameters, one character a byte. Tolerant: raw blanks, raw 8-bit text, missing semicolons'
 * neighbours and unclosed quotes all give something.
 */
import { opaqueLength, quotedString, skipBlanks } from './scan.ts'

export type Pair = readonly [name: string, value: string]

export interface StructuredField {
  /** `text/plain`, `attachment`; lower case. */
  readonly value: string
  /** Names lower case. */
  readonly parameters: readonly Pair[]
}

/** RFC 2045 `token` characters, and a few that mailers write unquoted. */
const tokenEnd = (text: string, from: number, stops: string): number => {
  let at = from
  while (at < text.length) {
    const opaque = opaqueLength(text, at, true)
    if (opaque > 0) {
      at += opaque
      continue
    }
    if (stops.includes(text[at] ?? '')) break
    at += 1
  }
  return at
}

/** Ends where the next parameter begins, so that `name=Q1 report.pdf` keeps its blank. */
const bareValue = (text: string, from: number): { readonly value: string; readonly end: number } => {
  const end = tokenEnd(text, from, ';')
  const raw = text.slice(from, end)
  // `us-ascii (Plain text)` has a comment, `report (1).pdf` a name.
  const remark = raw.trimEnd().endsWith(')') ? raw.indexOf(' (') : -1
  return { value: (remark > 0 ? raw.slice(0, remark) : raw).trim(), end }
}

const parameterAt = (text: string, from: number): { readonly pair: Pair | undefined; readonly end: number } => {
  const nameEnd = tokenEnd(text, from, '=;')
  const name = text.slice(from, nameEnd).trim().toLowerCase()
  if (text[nameEnd] !== '=') return { pair: undefined, end: nameEnd }
  const valueStart = skipBlanks(text, nameEnd + 1)
  if (text[valueStart] !== '"') {
    const { value, end } = bareValue(text, valueStart)
    return { pair: name === '' ? undefined : [name, value], end }
  }
  const { value, end } = quotedString(text, valueStart)
  return { pair: name === '' ? undefined : [name, value], end }
}

export const structuredField = (text: string, parametersMax: number): StructuredField => {
  const start = skipBlanks(text, 0)
  const valueEnd = tokenEnd(text, start, ';')
  // `text / plain` is a type; what follows a blank elsewhere is no part of the value.
  const value = text.slice(start, valueEnd).replace(/\([^]*$/, '').replace(/\s*\/\s*/, '/').trim().replace(/\s[^]*$/, '').toLowerCase()
  const parameters: Pair[] = []
  let at = valueEnd
  while (at < text.length && parameters.length < parametersMax) {
    at = skipBlanks(text, at)
    if (text[at] === ';') {
      at += 1
      continue
    }
    if (at >= text.length) break
    const { pair, end } = parameterAt(text, at)
    if (pair !== undefined) parameters.push(pair)
    at = Math.max(end, at + 1)
  }
  return { value, parameters }
}
