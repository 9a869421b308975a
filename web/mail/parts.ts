/** Parts of the page in chunks of their own. */
import type { ComposeDock, ReadingPane } from './slots.ts'

interface Parts {
  readonly reading?: () => Promise<{ readonly default: ReadingPane }>
  readonly compose?: () => Promise<{ readonly default: ComposeDock }>
}

export const parts: Parts = {}
