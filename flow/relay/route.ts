/** Where a domain's mail goes: a static route, or the mail exchangers of DNS. Pure. */
import type { Route, RouteLogin } from '@bulkhead/door/contracts/start.ts'

/** The host name by which a route means the cell's own intake. */
export const intakeHost = 'intake'

export type Destination =
  | { readonly to: 'intake' }
  | { readonly to: 'host'; readonly host: string; readonly port: number; readonly verified: boolean; readonly login: RouteLogin | null }
  | { readonly to: 'exchangers'; readonly domain: string }

const covers = (pattern: string, domain: string): boolean =>
  pattern === '*' || pattern === domain || (pattern.startsWith('.') && domain.endsWith(pattern))

export const destinationOf = (routes: readonly Route[], domain: string): Destination => {
  const name = domain.toLowerCase()
  const route = routes.find((candidate) => covers(candidate.domain.toLowerCase(), name))
  if (route === undefined) return { to: 'exchangers', domain: name }
  if (route.host === intakeHost) return { to: 'intake' }
  const { host, port, login = null, tls = login === null ? 'may' : 'verified' } = route
  return { to: 'host', host, port, verified: tls === 'verified', login }
}
