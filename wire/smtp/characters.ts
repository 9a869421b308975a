/** Character classes of RFC 5321 and 5322, by UTF-16 code; beyond ASCII as RFC 6531 section 3.3 widens them. */

const classOf = (characters: string): Uint8Array => {
  const table = new Uint8Array(128)
  for (const character of characters) table[character.charCodeAt(0)] = 1
  return table
}

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
const digits = '0123456789'
const atext = classOf(`${letters}${digits}!#$%&'*+-/=?^_\`{|}~`)
const letDigHyphen = classOf(`${letters}${digits}-_`)

/** UTF8-non-ascii without the C1 controls. */
const isWide = (code: number): boolean => code >= 0xa0

export const isAtext = (code: number): boolean => (code < 128 ? atext[code] === 1 : isWide(code))

/** qtextSMTP; a backslash and a quote are not of it. */
export const isQtext = (code: number): boolean =>
  code < 128 ? code >= 0x20 && code <= 0x7e && code !== 0x22 && code !== 0x5c : isWide(code)

/** Let-dig, hyphen, and the underscore that real domains have. */
export const isDomainCharacter = (code: number): boolean => (code < 128 ? letDigHyphen[code] === 1 : isWide(code))

const asciiPattern = /^[\u0000-\u007f]*$/
const controlPattern = /[\u0000-\u001f\u007f-\u009f]/

export const charClass = {
  isAscii: (text: string): boolean => asciiPattern.test(text),
  hasControl: (text: string): boolean => controlPattern.test(text),
} as const
