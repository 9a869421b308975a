/** Where a domain's mail goes: a static route, or the mail exchangers of DNS. Pure. */
import type { Route } from '@bulkhead/door/contracts/start.ts'

/** The host name by which a route means the cell's own intake. */
export const intakeHost = 'intake'

export type Destination =
  | { readonly to: 'intake' }
  | { readonly to: 'host'; readonly host: string; readonly port: number }
  | { readonly to: 'exchangers'; readonly domain: string }

const covers = (pattern: string, domain: string): boolean =>
  pattern === '*' || pattern === domain || (pattern.startsWith('.') && domain.endsWith(pattern))

export const destinationOf = (routes: readonly Route[], domain: string): Destination => {
  const name = domain.toLowerCase()
  const route = routes.find((candidate) => covers(candidate.domain.toLowerCase(), name))
  if (route === undefined) return { to: 'exchangers', domain: name }
  return route.host === intakeHost ? { to: 'intake' } : { to: 'host', host: route.host, port: route.port }
}

/** Mail of one destination shares connections. */
export const destinationKey = (destination: Destination): string => {
  if (destination.to === 'intake') return 'intake'
  return destination.to === 'host' ? `host ${destination.host}:${destination.port}` : `mx ${destination.domain}`
}
