/** TLS reporting (RFC 8460): where others tell of trouble with TLS towards the domain. */
import { tlsReportUris } from '@bulkhead/wire/reports/tlsrpt-record.ts'
import { good, recordCheck, wrong, type Check, type DomainFacts } from '../check.ts'

export const tlsRpt = ({ domain }: DomainFacts): readonly Check[] => [recordCheck({
  what: 'TLS-RPT', rfc: '8460', need: 'recommended', name: `_smtp._tls.${domain}`, type: 'TXT',
  wanted: [`v=TLSRPTv1; rua=mailto:tls-reports@${domain}`],
  missing: 'Senders that can\u2019t deliver by TLS have nobody to tell. Add the record.',
  judge({ records }) {
    const uris = tlsReportUris(records)
    if (uris === undefined) return wrong('There must be exactly one record of this form. Replace what is found by what is wanted.')
    return uris.length > 0 ? good() : wrong('The record names nobody to report to (rua=mailto:… or https:…).')
  },
})]
