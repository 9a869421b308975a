/** Looks after the keys of all domains, a few times a day. One domain that fails does not keep the others waiting. */
import type { Log } from '@bulkhead/base/log.ts'
import type { Desk } from '../desk.ts'
import { tendDomain } from './signers.ts'

const firstAfterMs = 60_000
const everyMs = 4 * 3_600_000

export const tendAll = async (parts: Pick<Desk, 'vault' | 'clock' | 'txt' | 'directory'>, log: Log): Promise<void> => {
  for (const { domain } of await parts.directory.domains()) {
    try {
      await tendDomain(parts, domain)
    } catch (error) {
      log.error('signersUntended', error, { domain })
    }
  }
}

export const tendSigners = (parts: Pick<Desk, 'vault' | 'clock' | 'txt' | 'directory'>, log: Log): Disposable => {
  const look = (): void => void tendAll(parts, log).catch((error: unknown) => log.error('signersUntended', error))
  const first = setTimeout(look, firstAfterMs)
  const timer = setInterval(look, everyMs)
  return {
    [Symbol.dispose]() {
      clearTimeout(first)
      clearInterval(timer)
    },
  }
}
