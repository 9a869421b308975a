/**
 * DNS from a table, for tests: names below a listed one exist no more than elsewhere, names above one exist without
 * records, CNAMEs are followed. `secure` holds for a name and what is below it.
 */
import { dnsTypes, type DnsAnswer, type DnsRecords, type DnsType } from '@bulkhead/door/contracts/scout.ts'
import type { Dns } from '../resolving/dns.ts'

type NameRecords = { readonly [T in DnsType]?: readonly DnsRecords[T][] | 'away' }

/** What one name has; a type that is not listed is `none`. `away`: every question about it, and about names below, is. */
export type ZoneName = (NameRecords & { readonly secure?: boolean }) | 'away'
export type Zone = Readonly<Record<string, ZoneName>>

export interface ZoneDns extends Dns {
  /** `TXT example.org` of every question, in order; those after a CNAME are no questions. */
  readonly asked: readonly string[]
}

const ttlSeconds = 300
const aliasesMax = 8

const bare = (name: string): string => name.toLowerCase().replace(/\.$/, '')

export const zoneDns = (zone: Zone): ZoneDns => {
  const names = new Map(Object.entries(zone).map(([name, has]) => [bare(name), has]))
  const asked: string[] = []

  /** The nearest listed name at or above. */
  const above = (name: string): ZoneName | undefined => {
    for (let at: string | undefined = name; at !== undefined; at = at.includes('.') ? at.slice(at.indexOf('.') + 1) : undefined) {
      const has = names.get(at)
      if (has !== undefined) return has
    }
    return undefined
  }

  const answer = <T extends DnsType>(name: string, type: T, secureSoFar: boolean, aliases: number): DnsAnswer<DnsRecords[T]> => {
    const nearest = above(name)
    if (nearest === 'away' || aliases > aliasesMax) return { is: 'away' }
    const secure = secureSoFar && nearest?.secure === true
    const has = names.get(name)
    if (has === undefined || has === 'away') {
      const exists = [...names.keys()].some((other) => other.endsWith(`.${name}`))
      return { is: exists ? 'none' : 'noSuchName', secure, ttlSeconds }
    }
    const records: NameRecords[T] = has[type]
    if (records === 'away') return { is: 'away' }
    if (records !== undefined && records.length > 0) return { is: 'found', secure, ttlSeconds, name, records: records as readonly DnsRecords[T][] }
    const alias = type === 'CNAME' ? undefined : has.CNAME
    if (alias === 'away') return { is: 'away' }
    const next = alias?.[0]
    return next === undefined ? { is: 'none', secure, ttlSeconds } : answer(bare(next), type, secure, aliases + 1)
  }

  return {
    asked,
    query(name, type) {
      if (!dnsTypes.includes(type)) throw new TypeError(`no type ${type}`)
      asked.push(`${type} ${bare(name)}`)
      return Promise.resolve(answer(bare(name), type, true, 0))
    },
  }
}
