/**
 * Runs groups of test files, each group in a process of its own, several at a time, in the order given. A group that passes
 * is one line; of one that fails everything is shown. One that hangs is ended; its platform hears that and ends by itself.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Three times what the longest takes on two cores. */
const groupMinutesMax = 30
/** Of what a group says, its end. */
const outputCharactersMax = 200_000
/** What a group said last may still be in the pipe when it has ended. */
const pipeMsMax = 1_000

const countOf = (output, what) => Number(new RegExp(`^. ${what} (\\d+)$`, 'm').exec(output)?.[1] ?? 0)

/** `count` workers over one list; results in the order in which they come. */
const inLanes = async (items, count, work) => {
  const waiting = [...items]
  const lane = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await work(next)
  }
  await Promise.all(Array.from({ length: count }, lane))
}

/** Compiled code of the tests, which Node adds to with every change and never takes from. */
const compiledIn = (root) => join(root, '.cache', 'test')
const compiledFilesMax = 20_000

const boundCompiled = (root) => {
  const directory = compiledIn(root)
  if (existsSync(directory) && readdirSync(directory, { recursive: true }).length > compiledFilesMax) rmSync(directory, { recursive: true })
  mkdirSync(directory, { recursive: true })
}

const hasProperties = (root, files) => files.some((file) => readFileSync(join(root, file), 'utf8').includes("from 'fast-check'"))

const runGroup = ({ root, node, scratch, running, seed }, { name, files }) =>
  new Promise((resolve) => {
    const began = Date.now()
    // A process group of its own: an interrupt at the terminal is for the runner, who tells them.
    const shared = files.length > 1 ? ['--test', '--test-isolation=none'] : []
    const seeded = hasProperties(root, files) ? ['--import', join(root, 'tools', 'seeded.mjs')] : []
    const child = spawn(node, [...seeded, ...shared, '--test-reporter=spec', '--test-reporter-destination=stdout', ...files], {
      cwd: root, detached: true, stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, TMPDIR: scratch, NODE_COMPILE_CACHE: compiledIn(root), BULKHEAD_SEED: String(seed) },
    })
    running.add(child)
    let output = ''
    const keep = (chunk) => {
      output = (output + chunk).slice(-outputCharactersMax)
    }
    child.stdout.setEncoding('utf8').on('data', keep)
    child.stderr.setEncoding('utf8').on('data', keep)
    const timer = setTimeout(() => {
      keep(`\n${name} was ended after ${groupMinutesMax} minutes\n`)
      child.kill('SIGKILL')
    }, groupMinutesMax * 60_000)
    child.on('exit', async (status) => {
      clearTimeout(timer)
      running.delete(child)
      // A grandchild that holds the pipe must not hold the run.
      await Promise.race([once(child, 'close'), sleep(pipeMsMax, undefined, { ref: false })])
      resolve({ status, output, seconds: (Date.now() - began) / 1000 })
    })
  })

const resultOf = ({ status, output }) => {
  const passed = countOf(output, 'pass')
  const failed = countOf(output, 'fail') + countOf(output, 'cancelled')
  return status === 0 && failed === 0 ? { passed, failed } : { passed, failed: Math.max(1, failed) }
}

/**
 * `settings`: `{ root, node, scratch, running, lanes, seed }`; `running` holds the children that are at work.
 * `groups`: `{ name, files }`.
 */
export const runSuite = async (settings, groups) => {
  boundCompiled(settings.root)
  const results = []
  await inLanes(groups, settings.lanes, async (group) => {
    const ended = await runGroup(settings, group)
    const counts = resultOf(ended)
    results.push({ name: group.name, seconds: ended.seconds, ...counts })
    const line = `${counts.failed === 0 ? 'ok' : 'NOT OK'} ${ended.seconds.toFixed(1)} s ${group.name}: ${counts.passed} passed, ${counts.failed} failed\n`
    process.stdout.write(counts.failed === 0 ? line : `${ended.output}\n${line}`)
  })
  return results
}
