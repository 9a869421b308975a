/**
 * The npm package of PostgreSQL's binaries can't carry symbolic links and lists them in `native/pg-symlinks.json`.
 * This makes them, so that no install script has to run. Safe to repeat, and from several processes at once.
 */
import { readFileSync, symlinkSync } from 'node:fs'
import { basename, dirname, join, normalize } from 'node:path'

const linksMax = 200

/** @param {string} nativeDirectory the package's `native` directory */
export const hydratePostgres = (nativeDirectory) => {
  const root = dirname(nativeDirectory)
  const links = JSON.parse(readFileSync(join(nativeDirectory, 'pg-symlinks.json'), 'utf8'))
  if (!Array.isArray(links) || links.length > linksMax) throw new Error('pg-symlinks.json is not a short list')
  for (const { source, target } of links) {
    const from = normalize(source)
    const to = normalize(target)
    if (dirname(from) !== dirname(to) || !to.startsWith('native/')) throw new Error(`odd link in pg-symlinks.json: ${to}`)
    try {
      symlinkSync(basename(from), join(root, to))
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
  }
}
