/**
 * quirkCarriers: Japanese mobile carriers. They take few connections from one address and punish more with hours of
 * refusals, and until 2009 they gave out addresses that are none (`odd-dots.ts`).
 */
const carrierDomains: ReadonlySet<string> = new Set([
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

export const carrierConnectionsMax = 3

/** Sub-domains too: `t.vodafone.ne.jp`, `biz.ezweb.ne.jp`, `mfsmax.docomo.ne.jp`. */
export const isCarrier = (domain: string): boolean => {
  let name = domain.toLowerCase()
  for (;;) {
    if (carrierDomains.has(name)) return true
    const dot = name.indexOf('.')
    if (dot < 0) return false
    name = name.slice(dot + 1)
  }
}

/** `peer` is a host, a port after it or not. */
export const isCarrierHost = (peer: string): boolean => isCarrier(peer.replace(/:\d+.*$/, ''))
