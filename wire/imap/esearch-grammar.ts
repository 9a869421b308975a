/** `ESEARCH` (RFC 7377 section 3): a search in mailboxes that need not be selected. */
import { mailboxName } from './mailbox-name.ts'
import { ahead, bad, isAtEnd, keyword, list, need, peek, skipped, space, type Parser, type Scan } from './scan.ts'
import { searchProgram, type SearchProgram } from './search-grammar.ts'

/** `filter-mailboxes` of RFC 5465 section 8 with `subtree-one`. Names as the client wrote them. */
export type Source =
  | { readonly from: 'selected' | 'inboxes' | 'personal' | 'subscribed' }
  | { readonly from: 'subtree' | 'subtree-one' | 'mailboxes'; readonly names: readonly string[] }

export interface SearchElsewhere extends SearchProgram {
  /** Where none was named: the selected mailbox. */
  readonly sources: readonly Source[]
}

/** Sources of one command; names of one source are bounded by the list they stand in. */
const sourcesMax = 20

/** `one-or-more-mailbox = mailbox / "(" mailbox *(SP mailbox) ")"` */
const names: Parser<readonly string[]> = (scan) => {
  space(scan)
  if (peek(scan) !== 0x28) return [mailboxName(scan)]
  const found = list(mailboxName)(scan)
  return found.length > 0 ? found : bad('Missing mailbox')
}

const source: Parser<Source> = (scan) => {
  const word = keyword(scan).toLowerCase()
  switch (word) {
    case 'selected':
    case 'inboxes':
    case 'personal':
    case 'subscribed':
      return { from: word }
    case 'subtree':
    case 'subtree-one':
    case 'mailboxes':
      return { from: word, names: names(scan) }
    default:
      return bad('Unknown search source')
  }
}

/** `"IN" SP "(" filter-mailboxes *(SP filter-mailboxes) [SP "(" scope-options ")"] ")"`. No scope option is defined yet. */
const sourceOptions = (scan: Scan): readonly Source[] => {
  keyword(scan)
  space(scan)
  need(scan, '(')
  const found: Source[] = []
  do {
    if (found.length >= sourcesMax) bad('Too many search sources')
    if (found.length > 0 && peek(scan) === 0x28) bad('Unknown scope option')
    found.push(source(scan))
  } while (!isAtEnd(scan) && skipped(scan, ' '))
  need(scan, ')')
  space(scan)
  return found
}

const selectedOnly: readonly Source[] = [{ from: 'selected' }]

/** `esearch = "ESEARCH" [SP esearch-source-opts] [SP search-return-opts] SP search-program` */
export const searchElsewhere: Parser<SearchElsewhere> = (scan) => {
  const sources = ahead(scan) === 'IN' ? sourceOptions(scan) : selectedOnly
  return { sources, ...searchProgram(scan) }
}
