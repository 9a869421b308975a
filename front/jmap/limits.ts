/** What the core capability announces (RFC 8620 section 2) and `jmap-handler.ts` keeps. */
import type { JmapLimits } from '@bulkhead/wire/jmap/limits.ts'

/** `messageBytesMax`: an upload may be as large as a message that takes it in whole. */
export const jmapLimits = (messageBytesMax: number): JmapLimits => ({
  maxSizeUpload: messageBytesMax,
  maxConcurrentUpload: 4,
  maxSizeRequest: 10_000_000,
  maxConcurrentRequests: 8,
  maxCallsInRequest: 64,
  maxObjectsInGet: 1_000,
  maxObjectsInSet: 1_000,
})
