/** Builds `web/dist` where the sources of the web changed since the last build; the stamp beside it says for which sources it stands. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const notBuilt = new Set(['dist', 'testing', 'node_modules', 'README.md'])

const sourcesIn = (folder) =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !notBuilt.has(entry.name) && !entry.name.includes('.test.'))
    .flatMap((entry) => (entry.isDirectory() ? sourcesIn(join(folder, entry.name)) : [join(folder, entry.name)]))
    .sort()

const sourcesHash = (root) => {
  const hash = createHash('sha256')
  for (const file of [...sourcesIn(join(root, 'web')), join(root, 'package-lock.json')]) {
    const bytes = readFileSync(file)
    hash.update(`${file.slice(root.length)} ${bytes.length}\n`).update(bytes)
  }
  return hash.digest('hex')
}

/** Says what is wrong through `stop`. */
export const buildWeb = (root, stop) => {
  const stamp = join(root, 'web', 'dist', '.sources')
  const wanted = sourcesHash(root)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  process.stderr.write('setup: building the web pages\n')
  const node = join(root, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node')
  const built = spawnSync(node, [join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', join(root, 'web'), '--config', join(root, 'web', 'vite.config.mjs')], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  if (built.status !== 0) return stop('the web pages could not be built; the lines above say why')
  writeFileSync(stamp, wanted)
}
