/** Parts of a shared message as parts of the own account (Blob/copy, RFC 8620 section 6.3): drafts and what is sent are there. */
import { call } from '../jmap/client.ts'
import type { BlobCopyAnswer } from '../jmap/types.ts'
import type { DraftPart } from './draft.ts'

/** `from`: null where they are there already. */
export const ownParts = async (parts: readonly DraftPart[], from: string | null): Promise<readonly DraftPart[]> => {
  if (from === null || parts.length === 0) return parts
  const { copied } = await call<BlobCopyAnswer>('Blob/copy', { fromAccountId: from, blobIds: [...new Set(parts.map(({ blobId }) => blobId))] })
  return parts.map((part) => {
    const blobId = copied?.[part.blobId]
    // A message that would go without what it had is not opened.
    if (blobId === undefined) throw new Error('a part could not be copied')
    return { ...part, blobId }
  })
}
