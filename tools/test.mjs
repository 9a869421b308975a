/**
 * Runs every check: the law, types, lint, unit tests, then the tests that start servers, browsers and whole platforms. `--fast`
 * leaves the last out; words name the steps to run (`node tools/test.mjs law unit`). The last line counts: `N passed, N failed`.
 *
 * What properties try is the same in every run: whether a commit is good is no matter of luck. `--seed=random` tries what
 * nobody tried before, as often as it is asked to; a failure names the seed that finds it again (`--seed=N`).
 */
import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { endLeftOver } from './left-over.mjs'
import { runSuite } from './suite.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const node = join(root, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node')
const fast = process.argv.includes('--fast')
const seedWord = process.argv.find((word) => word.startsWith('--seed='))?.slice('--seed='.length) ?? '1'
const seed = seedWord === 'random' ? randomInt(2 ** 31) : Number(seedWord)
const only = process.argv.slice(2).filter((word) => !word.startsWith('--'))

/** A platform needs about 1 GB; more of them at once than that are no gain. */
const lanesMax = 4
const slowestShown = 12
const packages = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).workspaces.filter((name) => name !== 'test')
const packagesUpFirst = ['tools', ...packages].toReversed()

const running = new Set()
let scratch = ''

/** A tool that says nothing but yes or no is one test. */
const tool = (name, args) => () =>
  new Promise((resolve) => {
    const child = spawn(node, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
    child.on('close', (status) => {
      process.stdout.write(`${status === 0 ? 'ok' : 'NOT OK'}: ${name}\n`)
      resolve([{ name, seconds: 0, passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1 }])
    })
  })

const testsIn = (folder) =>
  readdirSync(join(root, folder), { recursive: true })
    .map((file) => join(folder, file))
    .filter((file) => /\.test\.ts$|\.test\.mjs$/.test(file) && !/node_modules|^web\/dist/.test(file))
    .sort()

/** Tests that start a PostgreSQL or a supervisor take seconds each: they are not among the fast ones. */
const startsServers = (file) => /test\/postgres|startEmbedded|supervisor\/platform|startPlatform/.test(readFileSync(join(root, file), 'utf8'))

/** Those that take long begin first, or the last one would run alone; the rest as they come, those with a platform before others. */
const longestFirst = (files) => {
  const known = readFileSync(join(root, 'tools', 'longest-first.txt'), 'utf8').split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  const rank = new Map(files.map((file) => [file, known.includes(file) ? known.indexOf(file) : known.length + (startsServers(file) ? 0 : 1)]))
  return files.toSorted((a, b) => rank.get(a) - rank.get(b))
}

const suite = (groups, lanes) => () => runSuite({ root, node, scratch, running, lanes, seed }, groups)

/** What starts servers has a process of its own: its ports, its children and its end are nobody else's. */
const each = (files) => files.map((file) => ({ name: file, files: [file] }))

const filesPerProcess = 16

/**
 * Tests of one package share processes: half of the time of a test by itself is the start of Node and of what it imports.
 * Upper packages wait for sockets, lower ones for the processor: those begin first. Neighbours, which wait alike, are apart.
 */
const together = (files) =>
  packagesUpFirst.flatMap((name) => {
    const all = files.filter((file) => file.startsWith(`${name}/`))
    const count = Math.ceil(all.length / filesPerProcess)
    return Array.from({ length: count }, (_, at) => ({
      name: count === 1 ? `${name}/` : `${name}/ ${at + 1} of ${count}`, files: all.filter((_file, place) => place % count === at),
    }))
  })

const cores = availableParallelism()
const lint = join(root, 'node_modules', 'oxlint', 'bin', 'oxlint')
const beside = packagesUpFirst.flatMap(testsIn)

const steps = [
  ['law', tool('law', ['tools/law.mjs'])],
  ['types', tool('types', ['node_modules/typescript/bin/tsc', '-p', '.'])],
  ['types', tool('types of the web', ['node_modules/typescript/bin/tsc', '-p', 'web'])],
  ['lint', tool('lint', [lint, '--quiet', ...packages, 'test', 'tools'])],
  ['unit', suite(together(beside.filter((file) => !startsServers(file))), cores + 1)],
  ...(fast ? [] : [['suites', suite(each(longestFirst([...beside.filter(startsServers), ...testsIn('test')])), Math.max(2, Math.min(cores, lanesMax)))]]),
].filter(([name]) => only.length === 0 || only.includes(name))

const sum = (results, key) => results.reduce((total, result) => total + result[key], 0)

const secondsSince = (beganMs) => Math.round((Date.now() - beganMs) / 1000)

const leftOver = async () => {
  const stayed = await endLeftOver(scratch)
  for (const { pid, words } of stayed) process.stdout.write(`left over and ended: ${pid} ${words}\n`)
  return { name: 'processes left over', seconds: 0, passed: 0, failed: stayed.length }
}

const main = async () => {
  if (!Number.isInteger(seed)) throw new Error('--seed is a whole number, or random')
  if (!existsSync(node)) throw new Error('node_modules is missing: node tools/setup.mjs')
  const began = Date.now()
  // Everything a test makes lies below it, also what one that was ended left lying about. Open as /tmp is: scanners and mail servers write there as others.
  scratch = mkdtempSync(join(tmpdir(), 'bh-'))
  chmodSync(scratch, 0o1777)
  const results = []
  for (const [name, step] of steps) {
    const stepBegan = Date.now()
    const ended = await step()
    results.push(...ended)
    process.stdout.write(`${name}: ${sum(ended, 'passed')} passed, ${sum(ended, 'failed')} failed in ${secondsSince(stepBegan)} s\n`)
  }
  results.push(await leftOver())
  rmSync(scratch, { recursive: true, force: true })
  const slowest = results.toSorted((a, b) => b.seconds - a.seconds).slice(0, slowestShown).filter(({ seconds }) => seconds >= 10)
  for (const { name, seconds } of slowest) process.stdout.write(`${seconds.toFixed(0).padStart(5)} s ${name}\n`)
  const bad = results.filter(({ failed }) => failed > 0).map(({ name }) => name)
  const [passed, failed] = [sum(results, 'passed'), sum(results, 'failed')]
  process.stdout.write(`${bad.length === 0 ? '' : `failed: ${bad.join(', ')}\n`}took ${secondsSince(began)} s, seed ${seed}\n${passed} passed, ${failed} failed\n`)
  process.exit(failed === 0 && passed > 0 ? 0 : 1)
}

/** Children are in groups of their own: an interrupt at the terminal is not for them. */
const interrupted = async () => {
  for (const child of running) process.kill(-child.pid, 'SIGTERM')
  await endLeftOver(scratch)
  rmSync(scratch, { recursive: true, force: true })
  process.exit(130)
}
process.once('SIGINT', interrupted)
process.once('SIGTERM', interrupted)

await main()
