/**
 * Code that Node has stripped of its types and compiled, kept so that processes start in a quarter of the time and with
 * 40 MB less each. The supervisor alone writes it: a process that was taken over can't leave anything in it for its successor.
 */
import { spawn } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, symlinkSync } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { ensureDirectory } from './ground.ts'
import { codeRoot, type PlatformPaths } from './paths.ts'

export const codeCacheDirectory = (paths: PlatformPaths): string => join(paths.data, 'code-cache')

/** Part of the cache's name: V8 refuses code compiled under other flags. */
export const codeFlags = ['--disallow-code-generation-from-strings'] as const

const warmMsMax = 60_000

/** Node names a cache by version and account, `v…-UID`; for the accounts of the processes that name leads to ours. */
const lend = (directory: string, uids: readonly number[]): void => {
  const own = `-${process.getuid?.() ?? 0}`
  for (const name of readdirSync(directory).filter((one) => one.endsWith(own))) {
    const folder = join(directory, name)
    chmodSync(folder, 0o755)
    for (const file of readdirSync(folder)) chmodSync(join(folder, file), 0o644)
    for (const uid of uids) {
      const link = `${folder.slice(0, -own.length)}-${uid}`
      if (!existsSync(link)) symlinkSync(name, link)
    }
  }
}

/** Brings the cache up to date with the code. A failure costs time and memory, nothing else. */
export const warmCode = async (paths: PlatformPaths): Promise<void> => {
  const directory = codeCacheDirectory(paths)
  ensureDirectory(directory, paths.root ? { uid: 0, gid: 0, mode: 0o755 } : null)
  const child = spawn(process.execPath, [...codeFlags, '--disable-warning=ExperimentalWarning', join(codeRoot, 'run/warm.ts')], {
    env: { NODE_COMPILE_CACHE: directory }, stdio: 'ignore', timeout: warmMsMax,
  })
  await once(child, 'exit').catch(() => undefined)
}

export const lendCode = (paths: PlatformPaths, uids: readonly number[]): void => {
  const directory = codeCacheDirectory(paths)
  if (existsSync(directory)) lend(directory, uids.filter((uid) => uid !== process.getuid?.()))
}
