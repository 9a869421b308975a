/** Address parts as arguments of tests (RFC 5228 section 2.7.4, RFC 5233). */
import { partOf, type AddressPart } from './address.ts'
import type { TagRule } from './definition.ts'
import type { Taken } from './definition.ts'

export const addressPartTags = {
  all: { takes: 'none', group: 'part' },
  localpart: { takes: 'none', group: 'part' },
  domain: { takes: 'none', group: 'part' },
  user: { takes: 'none', group: 'part', needs: 'subaddress' },
  detail: { takes: 'none', group: 'part', needs: 'subaddress' },
} as const satisfies Readonly<Record<string, TagRule>>

const partNames = Object.keys(addressPartTags) as readonly AddressPart[]

/** The part of each address that the test is about; addresses without it are left out. */
export const partsBy = (taken: Taken): ((addresses: readonly string[]) => readonly string[]) => {
  const part = partNames.find((name) => taken.has(name)) ?? 'all'
  return (addresses) => addresses.map((address) => partOf(address, part)).filter((text) => text !== undefined)
}
