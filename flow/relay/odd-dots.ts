/**
 * quirkOddDots: addresses like `a..b@` and `a.@` that Japanese mobile carriers gave out until 2009. RFC 5321 wants them in
 * quotes; these carriers' servers know them only without. Everybody else gets them quoted first.
 */
import type { Address, OddDots, ReversePath } from '@bulkhead/wire/smtp/path.ts'

const bareDomains: ReadonlySet<string> = new Set([
  'docomo.ne.jp',
  'ezweb.ne.jp',
  'au.com',
  'softbank.ne.jp',
  'i.softbank.jp',
  'vodafone.ne.jp',
  'disney.ne.jp',
  'ymobile.ne.jp',
  'ymobile1.ne.jp',
  'emnet.ne.jp',
  'pdx.ne.jp',
  'uqmobile.jp',
])

export const hasOddDots = (path: ReversePath | Address): boolean =>
  path !== null && (path.localPart.startsWith('.') || path.localPart.endsWith('.') || path.localPart.includes('..'))

/** Sub-domains too: `t.vodafone.ne.jp`, `biz.ezweb.ne.jp`. */
export const firstForm = (domain: string): OddDots => {
  let name = domain.toLowerCase()
  for (;;) {
    if (bareDomains.has(name)) return 'bare'
    const dot = name.indexOf('.')
    if (dot < 0) return 'quoted'
    name = name.slice(dot + 1)
  }
}

export const otherForm = (form: OddDots): OddDots => (form === 'bare' ? 'quoted' : 'bare')

/** Replies by which a server shows that it could not read the address (RFC 5321 section 4.2.3). */
export const unreadable = (code: number): boolean => code === 501 || code === 553
