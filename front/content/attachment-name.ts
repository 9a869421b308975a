/** What an attachment is called where it is shown and saved. */
import type { Part } from '@bulkhead/wire/mime/message-index.ts'
import { savedName } from '@bulkhead/wire/text/shown-name.ts'

const endings: Readonly<Record<string, string>> = {
  'message/rfc822': 'eml', 'text/plain': 'txt', 'text/html': 'html', 'text/calendar': 'ics', 'image/png': 'png', 'image/jpeg': 'jpg', 'image/gif': 'gif',
  'image/webp': 'webp', 'application/pdf': 'pdf', 'application/zip': 'zip', 'message/delivery-status': 'txt', 'application/pkcs7-signature': 'p7s',
}

export const attachmentName = (part: Part, partId: string): string => {
  const own = savedName(part.fileName ?? '')
  return own === '' ? `part-${partId}.${endings[`${part.type}/${part.subtype}`] ?? 'bin'}` : own
}

/** In an archive no two may be the same, whatever the case. */
export const uniqueNames = (names: readonly string[]): readonly string[] => {
  const taken = new Set<string>()
  return names.map((name) => {
    const dot = name.lastIndexOf('.')
    const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, '']
    let one = name
    for (let number = 2; taken.has(one.toLowerCase()); number += 1) one = `${stem} (${number})${ending}`
    taken.add(one.toLowerCase())
    return one
  })
}
