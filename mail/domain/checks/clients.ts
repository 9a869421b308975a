/** How mail programs find the servers by the address alone: SRV (RFC 6186, 8314, 5804), autoconfig, PACC. */
import { good, recordCheck, wrong, type Check, type DomainFacts } from '../check.ts'

/** Those with TLS from the first byte, as RFC 8314 section 3 asks; who offers both prefers IMAP by priority. */
const services = [
  { service: '_imaps', port: 993, priority: 0, rfc: '6186', need: 'recommended' },
  { service: '_pop3s', port: 995, priority: 10, rfc: '6186', need: 'recommended' },
  { service: '_submissions', port: 465, priority: 0, rfc: '8314', need: 'recommended' },
  // Few programs keep filters, and a cell may go without.
  { service: '_sieve', port: 4190, priority: 0, rfc: '5804', need: 'optional' },
] as const

export const clients = ({ domain, host: { hostName, portBase } }: DomainFacts): readonly Check[] => [
  ...services.map(({ service, port, priority, rfc, need }) => recordCheck({
    what: `SRV ${service}`, rfc, need, name: `${service}._tcp.${domain}`, type: 'SRV',
    wanted: [{ priority, weight: 1, port: port + portBase, host: hostName }],
    missing: 'Mail programs can\u2019t find the server by the address alone. Add the record.',
    judge: ({ records }) => (records.some((record) => record.host === hostName && record.port === port + portBase)
      ? good()
      : wrong('It leads mail programs elsewhere. Replace what is found by what is wanted.')),
  })),
  recordCheck({
    what: 'autoconfig', rfc: 'draft-ietf-mailmaint-autoconfig', need: 'optional', name: `autoconfig.${domain}`, type: 'CNAME', wanted: [],
    missing: 'Nothing to do: nothing is served there yet, and mail programs go by SRV.',
    judge: () => good('Nothing is served there yet.'),
  }),
  recordCheck({
    what: 'PACC', rfc: 'draft-ietf-mailmaint-pacc', need: 'optional', name: `_ua-auto-config.${domain}`, type: 'TXT', wanted: [],
    missing: 'Nothing to do: nothing is served for it yet, and mail programs go by SRV.',
    judge: () => good('Nothing is served for it here yet.'),
  }),
]
