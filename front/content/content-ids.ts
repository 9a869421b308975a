/** Parts by their Content-ID (RFC 2392): what `cid:` in a message's HTML names. */
import { fieldText, headerFields } from '@bulkhead/wire/mime/header.ts'
import type { Part } from '@bulkhead/wire/mime/message-index.ts'
import type { NumberedPart } from '@bulkhead/mail/reading/shown-parts.ts'
import type { OpenMessage } from './open-message.ts'

/** Parts whose headers are read for it, and bytes of each. */
const partsMax = 300
const headerBytesMax = 16_384

const idOf = (header: Buffer): string | undefined => {
  const field = headerFields(header).find(({ name }) => name === 'content-id')
  return field === undefined ? undefined : fieldText(header, field).replace(/^\s*<|>\s*$/g, '')
}

export const contentIds = async (message: OpenMessage, parts: readonly NumberedPart[]): Promise<ReadonlyMap<string, Part>> => {
  const found = new Map<string, Part>()
  for (const { part } of parts.slice(0, partsMax)) {
    const header = await message.source.read(part.headerStart, Math.min(part.bodyStart - part.headerStart, headerBytesMax))
    const id = idOf(header)
    if (id !== undefined && id !== '' && !found.has(id)) found.set(id, part)
  }
  return found
}
