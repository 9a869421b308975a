/** Uploads in directories below the blobs': `uploads/20413/ab/account/name`. */
import { readdir, rm, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '@bulkhead/base/fault.ts'
import type { LyingUpload, UploadStore } from '@bulkhead/mail/ports/upload-store.ts'
import { directoryBlobs } from './directory-blobs.ts'

const dayPattern = /^[1-9]\d{0,6}$/

/** None where there is no such directory: nothing was ever uploaded, or it goes just now. */
const namesIn = (path: string): Promise<readonly string[]> => readdir(path).catch(() => [])

/** Size and age; undefined for what is gone. */
const found = (path: string): Promise<{ readonly size: number; readonly mtimeMs: number } | undefined> => stat(path).catch(() => undefined)

interface FoundFile {
  readonly path: string
  readonly sizeBytes: number
  readonly atMs: number
}

/** Every file below, what is being written (`incoming/name`) among it. */
async function* filesBelow(root: string): AsyncGenerator<FoundFile> {
  for (const entry of await readdir(root, { withFileTypes: true }).catch(() => [])) {
    const path = join(root, entry.name)
    if (entry.isDirectory()) yield* filesBelow(path)
    else {
      const file = await found(path)
      if (file !== undefined) yield { path, sizeBytes: file.size, atMs: file.mtimeMs }
    }
  }
}

/** `root`: the blobs' own directory. */
export const directoryUploads = (root: string): UploadStore => {
  const uploads = join(root, 'uploads')
  const days = async (): Promise<readonly string[]> => (await namesIn(uploads)).filter((name) => dayPattern.test(name))
  return {
    of: (day) => directoryBlobs(join(uploads, String(day))),

    async removeBefore(day) {
      try {
        for (const name of await days()) if (Number(name) < day) await rm(join(uploads, name), { recursive: true, force: true })
      } catch (error) {
        throw new Fault('storageFailed', 'removing uploads', error)
      }
    },

    async lying(account) {
      const all: LyingUpload[] = []
      for (const day of await days()) {
        const directory = join(uploads, day, account.slice(0, 2), account)
        for (const name of await namesIn(directory)) {
          const file = await found(join(directory, name))
          if (file !== undefined) all.push({ day: Number(day), name, sizeBytes: file.size, atMs: file.mtimeMs })
        }
      }
      return all
    },

    async bytesLying() {
      let bytes = 0
      for await (const { sizeBytes } of filesBelow(uploads)) bytes += sizeBytes
      return bytes
    },

    async removeOlder(beforeMs) {
      for await (const { path, atMs } of filesBelow(uploads)) if (atMs < beforeMs) await rm(path, { force: true })
    },

    async freeBytes() {
      try {
        const { bavail, bsize } = await statfs(root)
        return bavail * bsize
      } catch (error) {
        throw new Fault('storageFailed', 'asking for free space', error)
      }
    },
  }
}
