/**
 * Flags (RFC 9051 section 2.3.2): five of the system, and keywords. Names compare without case; a keyword keeps the
 * spelling it was first seen with. `\Recent` is not kept: RFC 9051 has none.
 */

export const systemFlags = ['\\Answered', '\\Flagged', '\\Deleted', '\\Seen', '\\Draft'] as const
export type SystemFlag = (typeof systemFlags)[number]

export const keywordOctetsMax = 100
/** Flags in one event. */
export const flagsPerEventMax = 64

/** `flag-keyword`: an atom (RFC 9051 section 9). */
const keyword = /^[!#$&'+,\-./0-9:;<=>?@A-Z[^_`a-z|}~]+$/

export const isKeyword = (text: string): boolean => text.length <= keywordOctetsMax && keyword.test(text)

const systemByLowerCase: ReadonlyMap<string, SystemFlag> = new Map(systemFlags.map((flag) => [flag.toLowerCase(), flag]))

/** A system flag in its own spelling, a keyword as it is, or undefined: a flag we do not keep. */
export const knownFlag = (text: string): string | undefined => {
  if (text.startsWith('\\')) return systemByLowerCase.get(text.toLowerCase())
  return isKeyword(text) ? text : undefined
}
