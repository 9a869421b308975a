/**
 * How much one account may have lying as uploads at one time, apart from its mail (RFC 8620 section 6.1): what is too much goes oldest first,
 * before the new one is written. Counted is what lies on the disk, whichever mailroom took it, and what is promised to uploads that are
 * under way here.
 */
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import { chunkBytes, chunkTagBytes } from '@bulkhead/seal/sealing.ts'
import type { UploadStore } from '../ports/upload-store.ts'

export interface AccountRoomMax {
  /** Where the account's quota is not smaller. */
  readonly bytes: number
  readonly uploads: number
}

export const accountRoomMax: AccountRoomMax = { bytes: 512 * 1024 * 1024, uploads: 1_000 }

/** `quotaBytes`: of the account's mail; whatever that is, the largest there may be and another beside it have room. */
export const allowance = (quotaBytes: number | null, largestBytes: number, mostBytes = accountRoomMax.bytes): number =>
  Math.max(2 * sealedSize(largestBytes), Math.min(mostBytes, quotaBytes ?? mostBytes))

export const sealedSize = (bytes: number): number => bytes + chunkTagBytes * Math.max(1, Math.ceil(bytes / chunkBytes))

interface Promised {
  bytes: number
  uploads: number
}

export const accountRoom = (store: UploadStore, uploadsMax: number) => {
  const under = new Map<AccountHandle, Promised>()

  const give = (account: AccountHandle, bytes: number): void => {
    const promised = under.get(account)
    if (promised === undefined) return
    promised.bytes -= bytes
    promised.uploads -= 1
    if (promised.uploads === 0) under.delete(account)
  }

  return {
    /** Room for so many sealed bytes, until it is given back; false where uploads under way alone take too much. */
    async take(account: AccountHandle, bytes: number, bytesMax: number): Promise<boolean> {
      const promised = under.get(account) ?? { bytes: 0, uploads: 0 }
      if (promised.bytes + bytes > bytesMax || promised.uploads >= uploadsMax) return false
      promised.bytes += bytes
      promised.uploads += 1
      under.set(account, promised)
      // As it is now: what is kept while we look is counted twice rather than not at all.
      let leftBytes = bytesMax - promised.bytes
      let left = uploadsMax - promised.uploads
      try {
        for (const { day, name, sizeBytes } of (await store.lying(account)).toSorted((one, other) => other.atMs - one.atMs)) {
          leftBytes -= sizeBytes
          left -= 1
          if (leftBytes < 0 || left < 0) await store.of(day).remove(account, name)
        }
      } catch (fault) {
        give(account, bytes)
        throw fault
      }
      return true
    },
    give,
  }
}
