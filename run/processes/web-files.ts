/** Reads the built pages of the webmail, once, when the gate starts. Without them everything else still works, and the pages say so. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SiteFile } from '@bulkhead/front/gate/web/site.ts'

const filesMax = 2_000

export const webFiles = (folder: string = fileURLToPath(new URL('../../web/dist', import.meta.url))): readonly SiteFile[] => {
  try {
    const found = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && entry.name !== 'manifest.json')
    return found.slice(0, filesMax).map((entry) => {
      const path = join(entry.parentPath, entry.name)
      return { name: relative(folder, path).split(sep).join('/'), bytes: readFileSync(path) }
    })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}
