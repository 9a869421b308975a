/** Parts of the page in chunks of their own. */
import type { ReadingPane } from './slots.ts'

interface Parts {
  readonly reading?: () => Promise<{ readonly default: ReadingPane }>
}

export const parts: Parts = { reading: () => import('./reading/reading-pane.tsx') }
