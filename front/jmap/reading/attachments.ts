/** Attachments of a message with the addresses they are to be had at. */
import { isDeceptiveName, shownName } from '@bulkhead/wire/text/shown-name.ts'
import type { NumberedPart } from '@bulkhead/mail/reading/shown-parts.ts'
import { attachmentName } from '../../content/attachment-name.ts'
import type { OpenMessage } from '../../content/open-message.ts'
import type { Reading } from '../../content/reading.ts'
import type { Rendering } from '../../content/rendering.ts'
import type { HttpSession } from '../../http/session.ts'
import { attachmentsShownMax, type ViewAttachment } from './view.ts'

export interface ViewAttachments {
  readonly list: readonly ViewAttachment[]
  readonly total: number
  /** Names of those that deceive. */
  readonly deceptive: readonly string[]
}

const previewed = new Set(['png', 'jpeg', 'jpg', 'gif', 'webp', 'bmp', 'avif'])
const previewBytesMax = 12_582_912

/** Of the decoded bytes, about: base64 has line ends besides. */
const sizeOf = ({ encoding, bodyStart, bodyEnd }: NumberedPart['part']): number => {
  const length = bodyEnd - bodyStart
  return encoding === 'base64' ? Math.floor(((length / 78) * 76 * 3) / 4) : length
}

export const viewAttachments = ({ tokens }: Reading, session: HttpSession, { message }: OpenMessage, { parts, shownInside }: Rendering): ViewAttachments => {
  const list = parts.attachments.slice(0, attachmentsShownMax).map((one): ViewAttachment => {
    const { part, partId } = one
    const type = `${part.type}/${part.subtype}`
    const name = attachmentName(part, partId)
    const sizeBytes = sizeOf(part)
    const place = { start: part.bodyStart, length: part.bodyEnd - part.bodyStart, encoding: part.encoding, type, name }
    const isPreviewed = part.type === 'image' && previewed.has(part.subtype) && sizeBytes <= previewBytesMax
    return {
      partId, name, type: shownName(type, 100), sizeBytes,
      url: tokens.url(session, { is: 'attachment', message, part: place }),
      previewUrl: isPreviewed ? tokens.url(session, { is: 'image', message, part: place }) : null,
      deceptive: isDeceptiveName(part.fileName ?? '', type),
      inline: shownInside.has(part.bodyStart),
    }
  })
  return { list, total: parts.attachments.length, deceptive: list.filter(({ deceptive }) => deceptive).map(({ name }) => name) }
}
