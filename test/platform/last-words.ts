/** When a test fails, what the platform's processes said last: on a machine that nobody can look at it is all there is. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach } from 'node:test'

const linesMax = 15
const bytesMax = 4_000

const tail = (file: string): string => readFileSync(file, 'utf8').slice(-bytesMax).trimEnd().split('\n').slice(-linesMax).join('\n')

/** Of a platform's directory, file by file; empty ones are left out. */
export const lastWords = (directory: string): string => {
  const log = join(directory, 'data/log')
  const files = [join(directory, 'up.log'), ...(existsSync(log) ? readdirSync(log).sort().map((name) => join(log, name)) : [])]
  return files
    .filter((file) => existsSync(file))
    .map((file) => [file, tail(file)] as const)
    .filter(([, text]) => text !== '')
    .map(([file, text]) => `--- ${file}\n${text}\n`)
    .join('')
}

const running = new Set<string>()
let ended = ''

export const watchOver = (directory: string): void => {
  running.add(directory)
}

/** Before its directory goes: a test whose own platform it was has failed by then, but nobody has said so. */
export const rememberWords = (directory: string): void => {
  if (running.delete(directory)) ended = lastWords(directory)
}

/** The runner names itself. A program that is no test, as the bench is, would print that it ran none. */
const isTest = process.env['NODE_TEST_CONTEXT'] !== undefined

if (isTest) afterEach((t) => {
  if (!('passed' in t) || t.passed) return
  process.stderr.write(`\nthe platform's last words, ${t.name}:\n${[...running].map(lastWords).join('')}${ended}\n`)
  ended = ''
})
