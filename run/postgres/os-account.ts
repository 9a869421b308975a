/** Unprivileged accounts of the operating system, made when the platform is started as root. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '@bulkhead/base/fault.ts'

export interface OsAccount {
  readonly uid: number
  readonly gid: number
}

const attemptsMax = 20
const waitMs = 250

const namePattern = /^[a-z][a-z0-9-]{0,30}$/

const lookUp = (name: string): OsAccount | undefined => {
  for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
    const fields = line.split(':')
    if (fields[0] !== name) continue
    const uid = Number(fields[2])
    const gid = Number(fields[3])
    if (Number.isInteger(uid) && Number.isInteger(gid) && uid > 0) return { uid, gid }
    throw new Fault('misconfigured', `the account ${name} in /etc/passwd is not an unprivileged one`)
  }
  return undefined
}

/** The account of this name, made as a system account without a shell or a home where there is none. Needs root for that. */
export const ensureOsAccount = async (name: string): Promise<OsAccount> => {
  if (!namePattern.test(name)) throw new Fault('misconfigured', `${name} can't be an account's name`)
  let said = ''
  // Others may be adding accounts at this moment: the account file is locked then, or the account is there afterwards.
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const found = lookUp(name)
    if (found !== undefined) return found
    const made = spawnSync(
      '/usr/sbin/useradd',
      ['--system', '--user-group', '--no-create-home', '--home-dir', '/nonexistent', '--shell', '/usr/sbin/nologin', name],
      { encoding: 'utf8', env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }, timeout: 20_000 },
    )
    said = made.error?.message ?? made.stderr.trim()
    if (made.status !== 0) await sleep(waitMs)
  }
  const found = lookUp(name)
  if (found !== undefined) return found
  throw new Fault('misconfigured', `can't add the account ${name} (${said.slice(0, 200)}); add it with: useradd --system ${name}`)
}
