/** What a page may weigh before it can be used, in bytes of gzip, JavaScript and style together. A heavier one fails the build. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const budgets = [
  { route: 'mail list', entries: ['mail.html'], bytesMax: 200_000 },
  { route: 'sign-in', entries: ['sign-in.html'], bytesMax: 60_000 },
]

/** Files of an entry and of all it imports at once; what it imports later is not of the route. */
const filesOf = (manifest, entries) => {
  const files = new Set()
  const seen = new Set(entries)
  for (const name of seen) {
    const chunk = manifest[name]
    if (chunk === undefined) throw new Error(`web: the manifest has no ${name}`)
    files.add(chunk.file)
    for (const sheet of chunk.css ?? []) files.add(sheet)
    for (const imported of chunk.imports ?? []) seen.add(imported)
  }
  return [...files].filter((file) => /\.(?:js|css)$/.test(file))
}

export const weigh = (dist) => {
  const manifest = JSON.parse(readFileSync(join(dist, 'manifest.json'), 'utf8'))
  return budgets.map(({ route, entries, bytesMax }) => {
    const files = filesOf(manifest, entries)
    return { route, files, bytesMax, bytes: files.reduce((sum, file) => sum + gzipSync(readFileSync(join(dist, file))).length, 0) }
  })
}

export const keepBudgets = (dist) => ({
  name: 'budgets',
  closeBundle() {
    const heavy = weigh(dist).filter(({ bytes, bytesMax }) => bytes > bytesMax)
    if (heavy.length === 0) return
    throw new Error(heavy.map(({ route, bytes, bytesMax }) => `web: the ${route} page weighs ${bytes} bytes (gzip), at most ${bytesMax} are allowed`).join('\n'))
  },
})
