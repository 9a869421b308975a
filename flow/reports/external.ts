/**
 * Who may be sent a domain's reports: itself and what is below its own Organizational Domain, others only where they say so
 * in DNS (RFC 9990 section 4).
 */
import type { MailUri } from '@bulkhead/wire/reports/report-uri.ts'
import { reportUri } from '@bulkhead/wire/reports/report-uri.ts'
import type { Dns } from '../resolving/dns.ts'

const allows = /^v=DMARC1\s*(?:;|$)/

const isBelow = (domain: string, above: string): boolean => domain === above || domain.endsWith(`.${above}`)

/** `away`: DNS says nothing now; the report is made later. */
export const mayReceive = async (dns: Dns, policyDomain: string, receiver: string): Promise<boolean | 'away'> => {
  if (isBelow(receiver, policyDomain) || isBelow(policyDomain, receiver)) return true
  const answer = await dns.query(`${policyDomain}._report._dmarc.${receiver}`, 'TXT')
  if (answer.is === 'away') return 'away'
  return answer.is === 'found' && answer.records.some((record) => allows.test(record))
}

export interface Receivers {
  readonly addresses: readonly MailUri[]
  /** Somebody could not be asked. */
  readonly away: boolean
}

const receiversMax = 5

/** Of what a record names, those that are mail and may receive. RFC 9990 knows no other way. */
export const dmarcReceivers = async (dns: Dns, policyDomain: string, rua: readonly string[]): Promise<Receivers> => {
  const uris = rua.map(reportUri).filter((uri) => uri?.is === 'mailto').slice(0, receiversMax)
  const asked = await Promise.all(uris.map(async (uri) => ({ uri, may: await mayReceive(dns, policyDomain, uri.domain) })))
  return { addresses: asked.filter(({ may }) => may === true).map(({ uri }) => uri), away: asked.some(({ may }) => may === 'away') }
}
