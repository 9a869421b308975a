/** Puts the demonstration's brands, domains, accounts and their mail in place, once for a data directory. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { knock } from '@bulkhead/door/client.ts'
import { plainLook, type BrandLook } from '@bulkhead/door/contracts/brand.ts'
import type { DeskVerbs } from '@bulkhead/door/contracts/desk.ts'
import { utf8 } from '@bulkhead/base/bytes.ts'
import { writeDurably } from '../config/edit.ts'
import type { CellConfig } from '../config/config.ts'
import { demoAccounts, demoDomains } from '../config/demo.ts'
import { plantDemo } from '../demo/plant.ts'
import { stepsIn, type Steps } from '../demo/steps.ts'
import { doorPath } from '../supervisor/paths.ts'
import type { Platform } from '../supervisor/platform.ts'
import { CannotDo } from './context.ts'

const quotaBytes = 1024 ** 3

/** `exists` is what a seeding that was interrupted finds. */
const must = (what: string, reply: { readonly is: string; readonly refusal?: string }): void => {
  if (reply.is === 'refused' && reply.refusal !== 'exists') throw new CannotDo(`demonstration: ${what} was refused (${reply.refusal ?? '?'})`)
}

const seedCell = async (platform: Platform, cell: string): Promise<void> => {
  using desk = knock<DeskVerbs>(doorPath(platform.paths, cell, 'desk', 'cli'))
  for (const { brand, name, domain, accent, accentDark } of demoDomains.filter((one) => one.cell === cell)) {
    must(`brand ${brand}`, await desk.ask('brandAdd', { brand, name }))
    const look: BrandLook = { ...plainLook(name), brand, accent, accentDark }
    must(`look of ${brand}`, await desk.ask('brandLookSet', { brand, look: JSON.stringify(look) }))
    must(`domain ${domain}`, await desk.ask('domainAdd', { domain, brand }))
  }
  await Promise.all(demoAccounts.filter((account) => account.cell === cell).map(async ({ address, password }) => {
    must(`account ${address}`, await desk.ask('accountAdd', { address, password: utf8(password).toString('base64'), quotaBytes }))
  }))
}

/** One account after the other: a log-in is dear, and nobody is in a hurry. */
const plantCell = async (config: CellConfig, steps: Steps): Promise<void> => {
  const host = { address: config.address, portBase: config.portBase, hostName: config.hostName, plainWeb: config.web.plain }
  for (const account of demoAccounts.filter(({ cell }) => cell === config.id)) await plantDemo(host, account, steps)
}

export const seedDemo = async (platform: Platform): Promise<void> => {
  const done = join(platform.paths.data, 'demo-seeded')
  if (existsSync(done)) return
  const steps = stepsIn(join(platform.paths.data, 'demo-planted'), Date.now())
  const here = new Set<string>(demoDomains.map(({ cell }) => cell))
  await Promise.all(platform.cells().map(({ config }) => config.id).filter((cell) => here.has(cell)).map((cell) => seedCell(platform, cell)))
  await platform.reroute()
  await Promise.all(platform.cells().filter(({ config }) => here.has(config.id)).map(({ config }) => plantCell(config, steps)))
  writeDurably(done, `${new Date().toISOString()}\n`, 0o644)
}
