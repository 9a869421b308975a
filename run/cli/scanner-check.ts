/** What `doctor` finds out about the scanners of the cells: whether they listen, and whether intake may open their sockets. */
import { statSync } from 'node:fs'
import { connect } from 'node:net'
import type { PlatformConfig } from '../config/config.ts'
import type { ScannerConfig } from '../config/scanners.ts'
import type { Finding } from './finding.ts'

const patienceMs = 2_000
const writableByOthers = 0o002

const listens = (at: ScannerConfig['at']): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(at)
    const end = (answer: boolean): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(answer)
    }
    const timer = setTimeout(() => end(false), patienceMs)
    socket.on('connect', () => end(true))
    socket.on('error', () => end(false))
  })

const closedToIntake = (at: ScannerConfig['at']): boolean =>
  'path' in at && ((statSync(at.path, { throwIfNoEntry: false })?.mode ?? 0) & writableByOthers) === 0

const findingOf = async ({ name, at, whenAway }: ScannerConfig, cell: string, root: boolean): Promise<Finding> => {
  const where = 'path' in at ? at.path : `${at.host} port ${at.port}`
  const what = `the scanner ${name} of ${cell} at ${where}`
  if (!(await listens(at))) {
    const meanwhile = `mail is dealt with as whenAway: ${whenAway} says`
    return { is: 'wrong', what: `${what} does not answer; ${meanwhile}`, mend: 'start it, or correct cells[].scanners[].at' }
  }
  // Root opens every socket; a cell's intake has an account of its own.
  if (root && closedToIntake(at)) {
    const mend = 'LocalSocketMode 666 (clamd), mode=0666 (rspamd), UMask 000 (milters)'
    return { is: 'warning', what: `${what} is not open to other accounts, so intake may not reach it`, mend }
  }
  return { is: 'right', what: `${what} listens`, mend: '' }
}

export const checkScanners = async ({ cells }: PlatformConfig, root: boolean): Promise<readonly Finding[]> =>
  Promise.all(cells.flatMap(({ id, scanners }) => scanners.map((scanner) => findingOf(scanner, id, root))))
