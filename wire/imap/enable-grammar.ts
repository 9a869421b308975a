/** Arguments of ENABLE (RFC 5161 section 5). */
import { listItemsMax } from './limits.ts'
import { bad, isAtEnd, keyword, space, type Parser } from './scan.ts'

/** `capability *(SP capability)`, in capitals. */
export const capabilityNames: Parser<readonly string[]> = (scan) => {
  const names: string[] = []
  for (;;) {
    names.push(keyword(scan))
    if (names.length > listItemsMax) bad('List is too long')
    if (isAtEnd(scan)) return names
    space(scan)
  }
}
