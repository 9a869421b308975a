/** Where mail leaves from, and where it goes instead of asking DNS. */
import { isIP } from 'node:net'
import { secret } from '@bulkhead/base/secret.ts'
import type { EgressSource } from '@bulkhead/door/contracts/start.ts'
import type { CellConfig, RouteConfig } from './config.ts'
import type { MapReader, Place, Reader } from './reader.ts'

const routePattern = /^(?:\*|\.?(?:[a-z0-9-]+\.)*[a-z0-9-]+)$/i
const hostPattern = /^[a-z0-9.:-]{1,253}$/i
const brandPattern = /^[a-z0-9][a-z0-9-]{0,62}$/
const namePattern = /^(?=.{1,253}$)(?:[a-z0-9-]+\.)+[a-z0-9-]+$/i

const readSource = (place: Place, reader: Reader): EgressSource => {
  const map = reader.mapAt(place, ['v4', 'v6', 'hostName'])
  const [v4, v6] = [map.text('v4', { otherwise: '' }), map.text('v6', { otherwise: '' })]
  const hostName = map.text('hostName', { otherwise: '' })
  if (v4 !== '' && isIP(v4) !== 4) map.mistake('v4', `v4 must be an IPv4 address of this machine, not "${v4}"`)
  if (v6 !== '' && isIP(v6) !== 6) map.mistake('v6', `v6 must be an IPv6 address of this machine, not "${v6}"`)
  if (v4 === '' && v6 === '') map.mistake('v4', 'a source has an address: write v4, v6 or both')
  if (hostName !== '' && !namePattern.test(hostName)) map.mistake('hostName', `hostName must be the full name that the address leads to, not "${hostName}"`)
  return { v4: v4 === '' ? null : v4, v6: v6 === '' ? null : v6, hostName: hostName === '' ? null : hostName }
}

/** A brand's mail leaves from one pool, that of all other brands too. */
const poolsOnce = (map: MapReader, pools: CellConfig['egress']): CellConfig['egress'] => {
  const brands = pools.flatMap((pool) => [...new Set(pool.brands)])
  const twice = brands.find((brand, at) => brands.indexOf(brand) !== at)
  if (twice !== undefined) map.mistake('egress', `two pools are for the brand "${twice}"; put their sources into one`)
  if (pools.filter((pool) => pool.brands.length === 0).length > 1) map.mistake('egress', 'two pools name no brands; put their sources into one')
  return pools
}

export const readEgress = (map: MapReader, reader: Reader): CellConfig['egress'] =>
  poolsOnce(map, map.list('egress', (place) => {
    const pool = reader.mapAt(place, ['brands', 'sources'])
    const sources = pool.list('sources', (source) => readSource(source, reader))
    if (sources.length === 0) pool.mistake('sources', 'a pool has sources: list addresses of this machine')
    return { brands: pool.list('brands', (brand) => reader.textAt(brand, brandPattern, 'the id of a brand')), sources }
  }))

const readLogin = (map: MapReader): RouteConfig['login'] | null =>
  map.map('login', ['name', 'password'], (login) => ({
    name: login.text('name', { must: 'the name to log in with' }),
    password: secret(login.text('password', { must: 'the password to log in with, in quotes', secret: true })),
  })) ?? null

const readRoute = (place: Place, reader: Reader): RouteConfig => {
  const map = reader.mapAt(place, ['domain', 'host', 'port', 'tls', 'login'])
  const login = readLogin(map) ?? null
  return {
    domain: map.text('domain', { pattern: routePattern, must: 'a domain, .suffix or *' }),
    host: map.text('host', { pattern: hostPattern, must: 'a host name or an address' }),
    port: map.whole('port', { otherwise: 25, min: 1, max: 65_535 }),
    tls: map.choice('tls', login === null ? 'may' : 'verified', ['may', 'verified']),
    ...(login === null ? {} : { login }),
  }
}

export const readRoutes = (map: MapReader, reader: Reader): readonly RouteConfig[] => {
  const seen = new Set<string>()
  return map.list('routes', (place) => {
    const route = readRoute(place, reader)
    const domain = route.domain.toLowerCase()
    if (seen.has(domain) && domain !== '') reader.mistakes.push({ line: place.line, what: `there is a route for "${route.domain}" already; keep one of them` })
    seen.add(domain)
    return route
  })
}
