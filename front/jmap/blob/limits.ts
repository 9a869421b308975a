/** RFC 9404 section 3. */
import type { JmapLimits } from '@bulkhead/wire/jmap/limits.ts'

/** What one request can carry in, and one answer carry out, of a blob. */
export const maxSizeBlobSet = ({ maxSizeUpload, maxSizeRequest }: JmapLimits): number => Math.min(maxSizeUpload, maxSizeRequest)
