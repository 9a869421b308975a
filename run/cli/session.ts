/**
 * Takes a command to the desk of the cell it is about: the running platform's, or, where none runs, that of a part that
 * is started for the moment: database, vault, warden and desk of that cell, and no listeners.
 */
import { knock } from '@bulkhead/door/client.ts'
import type { DeskVerbs } from '@bulkhead/door/contracts/desk.ts'
import type { Door } from '@bulkhead/door/verbs.ts'
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CellConfig, PlatformConfig } from '../config/config.ts'
import type { ControlVerbs } from '../supervisor/control.ts'
import { readDomains } from '../supervisor/domains.ts'
import { holderOf } from '../supervisor/lock.ts'
import { controlSocket, doorPath, type PlatformPaths } from '../supervisor/paths.ts'
import { startPlatform, type Platform } from '../supervisor/platform.ts'
import { CannotDo, configOf, platformOf, type CommonOptions } from './context.ts'

export type Desk = Door<DeskVerbs>

export interface DeskSession extends AsyncDisposable {
  readonly desk: Desk
  /** After domains changed: couriers and the list of domains follow. */
  reroute(): Promise<void>
}

const startingMsMax = 120_000
const pollMs = 100

export const isRunning = (paths: PlatformPaths): boolean => holderOf(paths.data)?.purpose === 'up'

/** The running supervisor's door, once it has one; undefined where none runs. */
export const control = async (paths: PlatformPaths): Promise<(Door<ControlVerbs> & Disposable) | undefined> => {
  for (let waitedMs = 0; isRunning(paths); waitedMs += pollMs) {
    if (existsSync(controlSocket(paths))) return knock<ControlVerbs>(controlSocket(paths))
    if (waitedMs > startingMsMax) throw new CannotDo('the platform is still starting; try again when ./bulkhead status says it is up')
    await sleep(pollMs)
  }
  return undefined
}

const partly = async (paths: PlatformPaths, config: PlatformConfig, cell: string): Promise<Platform> =>
  startPlatform({
    paths, config, purpose: 'a command', only: { cells: [cell], processes: ['watch', 'vault', 'scout', 'warden', 'desk'] },
    say: (line) => process.stderr.write(`${line}\n`),
  })

const mayUse = (paths: PlatformPaths): void => {
  const holder = holderOf(paths.data)
  if (holder === undefined || !existsSync(controlSocket(paths)) || process.getuid?.() === 0) return
  if (!existsSync(paths.safe)) throw new CannotDo(`the platform in ${paths.data} runs under another account; use that account`)
}

export const openDesk = async (paths: PlatformPaths, config: PlatformConfig, cell: string): Promise<DeskSession> => {
  mayUse(paths)
  const running = await control(paths)
  const platform = running === undefined ? await partly(paths, config, cell) : undefined
  const desk = knock<DeskVerbs>(doorPath(paths, cell, 'desk', 'cli'))
  return {
    desk,
    async reroute() {
      if (platform === undefined) await running?.ask('reroute', {})
      else await platform.reroute()
    },
    async [Symbol.asyncDispose]() {
      desk[Symbol.dispose]()
      running?.[Symbol.dispose]()
      await platform?.stop()
    },
  }
}

export const cellNamed = (config: PlatformConfig, name: string): CellConfig => {
  const cell = config.cells.find(({ id }) => id === name) ?? config.cells.find(({ isp }) => isp === name)
  if (cell !== undefined) return cell
  const known = config.cells.length === 0 ? 'there is none yet' : `there are ${config.cells.map(({ id }) => id).join(', ')}`
  throw new CannotDo(`there is no ISP "${name}"; ${known}. Add one with: ./bulkhead isp add ${name} --name NAME`)
}

/** The domain part, as the list of domains writes it; the desk checks addresses for good. */
export const domainOf = (address: string): string => {
  const at = address.lastIndexOf('@')
  if (at <= 0 || at === address.length - 1) throw new CannotDo(`"${address}" is not an address; write it as name@domain`)
  return address.slice(at + 1).toLowerCase().normalize('NFC')
}

const punycoded = (domain: string): string => {
  try {
    return new URL(`http://${domain}`).hostname
  } catch {
    return domain
  }
}

const cellOfDomain = (paths: PlatformPaths, config: PlatformConfig, domain: string): CellConfig => {
  const wanted = new Set([domain, punycoded(domain)])
  const found = Object.entries(readDomains(paths.data)).find(([, domains]) => domains.some((known) => wanted.has(known) || wanted.has(punycoded(known))))
  const cell = found === undefined ? undefined : config.cells.find(({ id }) => id === found[0])
  if (cell !== undefined) return cell
  throw new CannotDo(`no ISP here has the domain ${domain}; add it with: ./bulkhead domain add ISP ${domain}`)
}

type FindCell = (paths: PlatformPaths, config: PlatformConfig) => CellConfig

const using = async <T>(options: CommonOptions, find: FindCell, work: DeskWork<T>): Promise<T> => {
  const paths = platformOf(options)
  const config = configOf(paths)
  const cell = find(paths, config)
  await using session = await openDesk(paths, config, cell.id)
  return await work(session, cell)
}

export type DeskWork<T> = (session: DeskSession, cell: CellConfig) => Promise<T>

export const withAddress = <T>(options: CommonOptions, address: string, work: DeskWork<T>): Promise<T> =>
  using(options, (paths, config) => cellOfDomain(paths, config, domainOf(address)), work)

export const withDomain = <T>(options: CommonOptions, domain: string, work: DeskWork<T>): Promise<T> =>
  using(options, (paths, config) => cellOfDomain(paths, config, domain.toLowerCase().normalize('NFC')), work)

export const withIsp = <T>(options: CommonOptions, isp: string, work: DeskWork<T>): Promise<T> =>
  using(options, (_, config) => cellNamed(config, isp), work)
