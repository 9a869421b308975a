/** Strings of a script: constant, or with variables in them (RFC 5229 section 3). */
import type { RunState } from './run-state.ts'

export type Template = (run: RunState) => string

const reference = /\$\{(?:([0-9]{1,4})|((?:[Gg][Ll][Oo][Bb][Aa][Ll]\.)?[A-Za-z_][A-Za-z0-9_]*))\}/g
const encodedCharacter = /\$\{(hex|unicode):([0-9A-Fa-f \t\r\n]+)\}/gi
const lastCodePoint = 0x10ffff

const decodedRun = (kind: string, digits: string): string | undefined => {
  const numbers = digits.trim().split(/[ \t\r\n]+/).map((each) => Number.parseInt(each, 16))
  if (kind === 'hex') return numbers.every((each) => each <= 0xff) ? Buffer.from(numbers).toString('utf8') : undefined
  const text = numbers.every((each) => each <= lastCodePoint && (each < 0xd800 || each > 0xdfff))
  return text ? String.fromCodePoint(...numbers) : undefined
}

/** RFC 5228 section 2.4.2.4; what is no character stays as it is. */
export const withEncodedCharacters = (text: string): string =>
  text.replace(encodedCharacter, (whole: string, kind: string, digits: string) => decodedRun(kind.toLowerCase(), digits) ?? whole)

export const constant = (text: string): Template => () => text

/** `variables`: the script requires them; without, `${a}` is what it is. */
export const templateOf = (text: string, variables: boolean): Template => {
  if (!variables || !text.includes('${')) return constant(text)
  return (run) => {
    const made = text.replace(reference, (_, number: string | undefined, name: string | undefined) => {
      if (number !== undefined) return run.captures[Number(number)] ?? ''
      return run.variable((name ?? '').toLowerCase())
    })
    run.spend(made.length)
    return made
  }
}
