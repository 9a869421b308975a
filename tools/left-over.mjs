/** Processes of a test run that outlived it, found by its scratch directory, which everything it starts has among its words or works in. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A platform that was told to stop has eight seconds for its processes, and its database a minute at most. */
const graceMs = 20_000
const pollMs = 250
const wordsMax = 160

const attempt = (read) => {
  try {
    return read()
  } catch {
    // It ended meanwhile.
    return ''
  }
}

export const processesOf = (directory) =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      const words = attempt(() => readFileSync(join('/proc', pid, 'cmdline'), 'utf8')).replaceAll('\0', ' ').trim()
      const place = attempt(() => readlinkSync(join('/proc', pid, 'cwd')))
      return words.includes(directory) || place.startsWith(directory) ? [{ pid: Number(pid), words: words.slice(0, wordsMax) }] : []
    })

/** Waits for them to go, ends those that stay, and tells which they were. */
export const endLeftOver = async (directory) => {
  const deadline = Date.now() + graceMs
  while (processesOf(directory).length > 0 && Date.now() < deadline) await sleep(pollMs)
  const stayed = processesOf(directory)
  for (const { pid } of stayed) attempt(() => process.kill(pid, 'SIGKILL'))
  return stayed
}
