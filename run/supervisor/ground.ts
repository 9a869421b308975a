/**
 * The ground under the processes: directories with exactly the rights they need, and a way to the code and the data for
 * accounts that are not root's, even where the checkout lies below a directory that only root may search.
 */
import { chmodSync, chownSync, lstatSync, mkdirSync, realpathSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { Fault } from '@bulkhead/base/fault.ts'

export interface Owned {
  readonly uid: number
  readonly gid: number
  readonly mode: number
}

/** Makes a directory, or mends the rights of one that is there. Symbolic links are not followed. */
export const ensureDirectory = (path: string, owned: Owned | null): void => {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  const stat = lstatSync(path)
  if (!stat.isDirectory()) throw new Fault('misconfigured', `${path} must be a directory; move what is there out of the way`)
  if (owned === null) return
  if (stat.uid !== owned.uid || stat.gid !== owned.gid) chownSync(path, owned.uid, owned.gid)
  if ((stat.mode & 0o7777) !== owned.mode) chmodSync(path, owned.mode)
}

const searchOther = 0o001
const searchGroup = 0o010
const groupBits = 0o070

export type WayStep =
  | { readonly is: 'open' }
  | { readonly is: 'canOpen'; readonly mode: number }
  | { readonly is: 'closed' }

/** What has to happen to a directory so that members of `searchGid` may pass through it. Pure. */
export const wayThrough = (stat: { readonly mode: number; readonly gid: number }, searchGid: number): WayStep => {
  if ((stat.mode & searchOther) !== 0) return { is: 'open' }
  if (stat.gid === searchGid) return (stat.mode & searchGroup) !== 0 ? { is: 'open' } : { is: 'canOpen', mode: (stat.mode & 0o7777) | searchGroup }
  return (stat.mode & groupBits) === 0 ? { is: 'canOpen', mode: (stat.mode & 0o7777) | searchGroup } : { is: 'closed' }
}

const ancestors = (path: string): readonly string[] => {
  const found: string[] = []
  for (let at = path; ; at = dirname(at)) {
    found.unshift(at)
    if (at === dirname(at)) return found
  }
}

/** Lets the group search (not read) every directory on the way to `path`. Returns those it changed. */
export const openWay = (path: string, searchGid: number): readonly string[] => {
  const opened: string[] = []
  for (const directory of ancestors(realpathSync(path))) {
    const stat = statSync(directory)
    const step = wayThrough(stat, searchGid)
    if (step.is === 'open') continue
    if (step.is === 'closed') {
      const remedy = `Mend it with: chmod o+x ${directory}`
      throw new Fault('misconfigured', `processes can't get to ${path}: ${directory} lets neither others nor the group "bulkhead" search it. ${remedy}`)
    }
    chownSync(directory, stat.uid, searchGid)
    chmodSync(directory, step.mode)
    opened.push(directory)
  }
  return opened
}
