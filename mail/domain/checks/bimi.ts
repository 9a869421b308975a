/** BIMI (draft-brand-indicators-for-message-identification): a logo beside the mail of domains that enforce DMARC. */
import { good, recordCheck, wrong, type Check, type DomainFacts } from '../check.ts'

const version = /^v\s*=\s*BIMI1\s*(?:;|$)/
const logo = /;\s*l\s*=\s*(?:https:\/\/|;|$)/i

export const bimi = ({ domain }: DomainFacts): readonly Check[] => [recordCheck({
  what: 'BIMI', rfc: 'draft-brand-indicators', need: 'optional', name: `default._bimi.${domain}`, type: 'TXT', wanted: [],
  missing: 'Nothing to do, unless you want your logo shown; it needs DMARC with p=quarantine or p=reject first.',
  judge({ records }) {
    return records.some((record) => version.test(record) && logo.test(record)) ? good() : wrong('The record names no logo (l=https://…svg).')
  },
})]
