/** Uploads in directories below the blobs': `uploads/20413/ab/account/name`. */
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '@bulkhead/base/fault.ts'
import type { UploadStore } from '@bulkhead/mail/ports/upload-store.ts'
import { directoryBlobs } from './directory-blobs.ts'

const dayPattern = /^[1-9]\d{0,6}$/

/** `root`: the blobs' own directory. */
export const directoryUploads = (root: string): UploadStore => {
  const uploads = join(root, 'uploads')
  return {
    of: (day) => directoryBlobs(join(uploads, String(day))),
    async removeBefore(day) {
      try {
        const names = await readdir(uploads).catch(() => [])
        for (const name of names) {
          if (dayPattern.test(name) && Number(name) < day) await rm(join(uploads, name), { recursive: true, force: true })
        }
      } catch (error) {
        throw new Fault('storageFailed', 'removing uploads', error)
      }
    },
  }
}
