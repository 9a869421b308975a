/**
 * Runs every check: the law, types, lint, unit tests, then those that start servers and the slow suites below
 * `test/`. `--fast` leaves the last two out. Each step's own words are shown; the last line counts: `N passed, N failed`.
 */
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const node = join(root, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node')
const fast = process.argv.includes('--fast')
const only = process.argv.slice(2).filter((word) => !word.startsWith('--'))

/** A suite that has not ended by then never will. */
const stepMinutesMax = 40
const packages = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).workspaces.filter((name) => name !== 'test')

const run = (command, args) =>
  new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] })
    const timer = setTimeout(() => child.kill('SIGKILL'), stepMinutesMax * 60_000)
    // The counts come before the list of failures, which may be long.
    let counts = ''
    createInterface({ input: child.stdout }).on('line', (line) => {
      process.stdout.write(`${line}\n`)
      if (countLine.test(line)) counts += `${line}\n`
    })
    child.on('close', (status) => {
      clearTimeout(timer)
      resolve({ status, counts })
    })
  })

/** A tool that says nothing but yes or no is one test. */
const tool = (name, args) => async () => {
  const { status } = await run(node, args)
  process.stdout.write(`${status === 0 ? 'ok' : 'NOT OK'}: ${name}\n`)
  return status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
}

const countLine = /^. (?:pass|fail|cancelled) \d+$/
const countOf = (counts, what) => Number(new RegExp(`^. ${what} (\\d+)$`, 'm').exec(counts)?.[1] ?? 0)

const testsIn = (folder) =>
  readdirSync(join(root, folder), { recursive: true })
    .map((file) => join(folder, file))
    .filter((file) => /\.test\.ts$|\.test\.mjs$/.test(file) && !/node_modules|^web\/dist/.test(file))
    .sort()

/** Tests that start a PostgreSQL or a supervisor take seconds each: they are not among the fast ones. */
const startsServers = (file) => /test\/postgres|startEmbedded|supervisor\/platform|startPlatform/.test(readFileSync(join(root, file), 'utf8'))

const suite = (name, files, flags) => async () => {
  if (files.length === 0) return { passed: 0, failed: 0 }
  const { status, counts } = await run(node, ['--test', '--test-reporter=spec', ...flags, ...files])
  const counted = { passed: countOf(counts, 'pass'), failed: countOf(counts, 'fail') + countOf(counts, 'cancelled') }
  process.stdout.write(`${status === 0 ? 'ok' : 'NOT OK'}: ${name}\n`)
  return status !== 0 && counted.failed === 0 ? { ...counted, failed: 1 } : counted
}

const lint = join(root, 'node_modules', 'oxlint', 'bin', 'oxlint')

const beside = [...packages, 'tools'].flatMap(testsIn)

const steps = [
  ['law', tool('law', ['tools/law.mjs'])],
  ['types', tool('types', ['node_modules/typescript/bin/tsc', '-p', '.'])],
  ['types', tool('types of the web', ['node_modules/typescript/bin/tsc', '-p', 'web'])],
  ['lint', tool('lint', [lint, '--quiet', ...packages, 'test', 'tools'])],
  ['unit', suite('unit tests', beside.filter((file) => !startsServers(file)), [`--test-concurrency=${availableParallelism()}`])],
  ...(fast
    ? []
    : [
        ['servers', suite('tests that start servers', beside.filter(startsServers), [])],
        ['slow', suite('suites', testsIn('test'), ['--test-concurrency=1'])],
      ]),
].filter(([name]) => only.length === 0 || only.includes(name))

const main = async () => {
  if (!existsSync(node)) throw new Error('node_modules is missing: node tools/setup.mjs')
  const began = Date.now()
  let passed = 0
  let failed = 0
  const bad = []
  for (const [name, step] of steps) {
    const counts = await step()
    passed += counts.passed
    failed += counts.failed
    if (counts.failed > 0) bad.push(name)
  }
  const seconds = Math.round((Date.now() - began) / 1000)
  process.stdout.write(`${bad.length === 0 ? '' : `failed: ${bad.join(', ')}\n`}took ${seconds} s\n${passed} passed, ${failed} failed\n`)
  process.exit(failed === 0 && passed > 0 ? 0 : 1)
}

await main()
