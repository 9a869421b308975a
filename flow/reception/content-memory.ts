/**
 * The memory that messages under way may take in this process, all sessions together. What is refused here comes again
 * later (452 4.3.1), so no burst and no flood of large messages ends the process.
 */
import { headroomBytes } from './gathered.ts'
import type { Hold } from './hold.ts'

/** Part of the whole that one client's sessions may hold at the same time, so that none shuts out the others. */
const sharePerClient = 4

export interface ContentMemory {
  /** `client` names whoever shares one part of it; null is held to the whole alone. */
  open(client: string | null): Hold
  /** Whether a message of this size would find room now. */
  fits(client: string | null, messageBytes: number): boolean
  readonly heldBytes: number
}

/** A single message of `messageBytesMax` has room in any client's share. */
export const contentMemory = (bytesMax: number, messageBytesMax: number): ContentMemory => {
  const heldBy = new Map<string, number>()
  const shareMax = Math.max(messageBytesMax + headroomBytes, Math.floor(bytesMax / sharePerClient))
  let held = 0
  const mayAdd = (client: string | null, bytes: number): boolean =>
    held + bytes <= bytesMax && (client === null || (heldBy.get(client) ?? 0) + bytes <= shareMax)
  const add = (client: string | null, bytes: number): void => {
    held += bytes
    if (client === null) return
    const now = (heldBy.get(client) ?? 0) + bytes
    if (now > 0) heldBy.set(client, now)
    else heldBy.delete(client)
  }
  return {
    open(client) {
      let own = 0
      return {
        grow(toBytes) {
          const more = toBytes - own
          if (more <= 0) return true
          if (!mayAdd(client, more)) return false
          own = toBytes
          add(client, more)
          return true
        },
        release() {
          add(client, -own)
          own = 0
        },
      }
    },
    fits: (client, messageBytes) => mayAdd(client, messageBytes + headroomBytes),
    get heldBytes() {
      return held
    },
  }
}
