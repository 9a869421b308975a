/** Whether uploads of a cell come near to what they may take of its disk. */
import { join } from 'node:path'
import { cellUploadBytesMax, nearlyFull } from '@bulkhead/mail/uploads/cell-room.ts'
import { directoryUploads } from '@bulkhead/store/blobs/directory-uploads.ts'
import { existsSync } from 'node:fs'
import type { Finding } from './finding.ts'
import { sizeText } from './measures.ts'

const mend = 'plan for more space; what people upload goes by itself within two days, and from the age of an hour on where the rest is full'

/** `blobs`: where the cell keeps them. Nothing to say where there are none yet. */
export const checkUploads = async (cell: string, blobs: string): Promise<readonly Finding[]> => {
  if (!existsSync(join(blobs, 'uploads'))) return []
  const store = directoryUploads(blobs)
  const lyingBytes = await store.bytesLying()
  const mostBytes = cellUploadBytesMax(lyingBytes, await store.freeBytes())
  const what = `uploads of ${cell}: ${sizeText(lyingBytes)} of at most ${sizeText(mostBytes)}`
  return [lyingBytes > mostBytes * nearlyFull ? { is: 'warning', what, mend } : { is: 'right', what, mend: '' }]
}
