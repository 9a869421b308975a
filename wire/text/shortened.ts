/** The first `charsMax` UTF-16 code units, one less where a character would be cut in two: half of one has no encoding. */
export const shortened = (text: string, charsMax: number): string => {
  if (text.length <= charsMax) return text
  const last = text.charCodeAt(charsMax - 1)
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? charsMax - 1 : charsMax)
}
