/**
 * Which domains each cell has, as its desk last told, kept in a file so that a courier that starts before every desk
 * answers does not ask the internet for a neighbour's domain. From it come the couriers' routes.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Route } from '@bulkhead/door/contracts/start.ts'
import { writeDurably } from '../config/edit.ts'
import type { CellConfig, PlatformConfig, RouteConfig } from '../config/config.ts'

/** Cell to its domains. */
export type Domains = Readonly<Record<string, readonly string[]>>

const domainsFile = (data: string): string => join(data, 'domains.json')

export const readDomains = (data: string): Domains => {
  const file = domainsFile(data)
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Domains) : {}
}

export const writeDomains = (data: string, domains: Domains): void => {
  const text = `${JSON.stringify(domains, null, 2)}\n`
  if (!existsSync(domainsFile(data)) || readFileSync(domainsFile(data), 'utf8') !== text) writeDurably(domainsFile(data), text, 0o644)
}

const smtpPort = 25
const everyAddress = new Set(['0.0.0.0', '::'])

const plainRoute = ({ login, ...route }: RouteConfig): Route =>
  login === undefined ? route : { ...route, login: { name: login.name, password: login.password.declassify() } }

/**
 * Own domains go to the cell's own intake. Neighbours that don't listen on port 25 can't be found by DNS, so they get a
 * route; those that do are found like anybody else.
 */
export const routesFor = (cell: CellConfig, config: PlatformConfig, domains: Domains): readonly Route[] => [
  ...(domains[cell.id] ?? []).map((domain) => ({ domain, host: 'intake', port: 0 })),
  ...config.cells
    .filter((other) => other.id !== cell.id && other.portBase !== 0)
    .flatMap((other) => (domains[other.id] ?? []).map((domain) =>
      ({ domain, host: everyAddress.has(other.address) ? '127.0.0.1' : other.address, port: other.portBase + smtpPort }))),
  ...config.routes.map(plainRoute),
]
