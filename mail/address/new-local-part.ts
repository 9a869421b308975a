/** The rule for addresses we give out ourselves: stricter than what we accept from others. */

export const newLocalPartLengthMax = 64

const allowed = /^[a-z0-9._+-]+$/
const oddDots = /^\.|\.\.|\.$/

/** Lower-case letters, digits, `.`, `_`, `+`, `-`; no dot first, last or twice in a row. */
export const isNewLocalPart = (localPart: string): boolean =>
  localPart.length <= newLocalPartLengthMax && allowed.test(localPart) && !oddDots.test(localPart)
