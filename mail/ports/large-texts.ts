/** Texts so large that whoever reads them here holds up the others: another process reads them. */
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { Part } from '@bulkhead/wire/mime/message-index.ts'

export interface LargeTexts {
  /**
   * What SEARCH looks into of a text part (`wire/mime/search-text.ts`), folded. Undefined where that takes more than one text may take: only
   * its beginning is looked into then. `bytes`: the part's body as it stands.
   */
  folded(part: Part, bytes: Buffer, whose: AccountHandle): Promise<string | undefined>
}
