/** `CANCELUPDATE` (RFC 5267 section 5). */
import { bad, isAtEnd, space, string, type Parser } from './scan.ts'

/** Tags of one command; a session has fewer live results. */
const tagsMax = 64

/** `1*(SP quoted)` behind the first space. */
export const contextTags: Parser<readonly string[]> = (scan) => {
  const tags = [string(scan).toString('latin1')]
  while (!isAtEnd(scan)) {
    space(scan)
    if (tags.length >= tagsMax) bad('List is too long')
    tags.push(string(scan).toString('latin1'))
  }
  return tags
}
