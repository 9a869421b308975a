/** MX (RFC 5321 section 5.1): mail for the domain comes here. */
import { good, recordCheck, wrong, type Check, type DomainFacts } from '../check.ts'

const preference = 10

export const mx = ({ domain, host: { hostName } }: DomainFacts): readonly Check[] => [recordCheck({
  what: 'MX', rfc: '5321', need: 'necessary', name: domain, type: 'MX', wanted: [{ preference, host: hostName }],
  missing: `Nobody can send mail to ${domain}. Add the record.`,
  judge({ records }) {
    const own = records.find(({ host }) => host === hostName)
    if (own === undefined) return wrong(`Mail for ${domain} goes elsewhere. Replace what is found by what is wanted.`)
    const before = records.filter((one) => one.preference < own.preference)
    return good(before.length === 0 ? '' : `Mail goes to ${before.map(({ host }) => host).join(', ')} first; that is right only if it sends it on to here.`)
  },
})]
