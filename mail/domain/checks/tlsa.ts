/** DANE (RFC 7672): the key that the cell's host shows on port 25. A record that fits no key stops mail. */
import { good, recordCheck, wrong, type Check, type DomainFacts } from '../check.ts'

/** DANE-EE, the public key, SHA-256 (RFC 7672 section 3.1.1, RFC 7671 section 5.1). */
const ours = { usage: 3, selector: 1, matching: 1 } as const

export const tlsa = ({ host: { hostName, keyDigest } }: DomainFacts): readonly Check[] => [recordCheck({
  what: 'TLSA', rfc: '7672', need: 'recommended', name: `_25._tcp.${hostName}`, type: 'TLSA', wanted: [{ ...ours, data: keyDigest }],
  missing: `Where the zone of ${hostName} is signed (DNSSEC), this proves to senders who they talk to. Add it there; without DNSSEC it has no effect.`,
  judge({ records, secure }) {
    const comparable = records.filter(({ usage, selector, matching }) =>
      usage === ours.usage && selector === ours.selector && matching === ours.matching)
    if (comparable.some(({ data }) => data === keyDigest)) {
      return good(secure ? '' : 'It has no effect yet: sign the zone (DNSSEC), or let dns.servers name a resolver that validates.')
    }
    if (comparable.length < records.length) return good('Other kinds of TLSA records can not be compared here.')
    const advice = 'No record fits the key of the certificate: senders that check DANE can\u2019t deliver. Add what is wanted, then remove the others.'
    return secure ? { ...wrong(advice), need: 'necessary' } : wrong(advice)
  },
})]
