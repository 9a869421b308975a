/**
 * quirkOddDots: addresses like `a..b@` and `a.@` that Japanese mobile carriers gave out until 2009. RFC 5321 wants them in
 * quotes; these carriers' servers know them only without. Everybody else gets them quoted first.
 */
import { isCarrier } from './carriers.ts'
import type { Address, OddDots, ReversePath } from '@bulkhead/wire/smtp/path.ts'

export const hasOddDots = (path: ReversePath | Address): boolean =>
  path !== null && (path.localPart.startsWith('.') || path.localPart.endsWith('.') || path.localPart.includes('..'))

export const firstForm = (domain: string): OddDots => (isCarrier(domain) ? 'bare' : 'quoted')

export const otherForm = (form: OddDots): OddDots => (form === 'bare' ? 'quoted' : 'bare')

/** Replies by which a server shows that it could not read the address (RFC 5321 section 4.2.3). */
export const unreadable = (code: number): boolean => code === 501 || code === 553
