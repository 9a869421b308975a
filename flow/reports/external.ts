/**
 * Who may be sent a domain's reports: whoever shares its Organizational Domain; others only where they say so in DNS
 * (RFC 9990 section 4).
 */
import { reportUri, type MailUri } from '@bulkhead/wire/reports/report-uri.ts'
import type { Dns } from '../resolving/dns.ts'
import type { KeptPolicy } from './dmarc-facts.ts'

const allows = /^v=DMARC1\s*(?:;|$)/

const isBelow = (domain: string, above: string): boolean => domain === above || domain.endsWith(`.${above}`)

/** `away`: DNS says nothing now; the report is made later. */
const mayReceive = async (dns: Dns, policyDomain: string, organization: string, receiver: string): Promise<boolean | 'away'> => {
  if (isBelow(receiver, organization)) return true
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
export const dmarcReceivers = async (dns: Dns, policyDomain: string, { organization, rua }: Pick<KeptPolicy, 'organization' | 'rua'>): Promise<Receivers> => {
  const uris = rua.map(reportUri).filter((uri) => uri?.is === 'mailto').slice(0, receiversMax)
  const asked = await Promise.all(uris.map(async (uri) => ({ uri, may: await mayReceive(dns, policyDomain, organization, uri.domain) })))
  return { addresses: asked.filter(({ may }) => may === true).map(({ uri }) => uri), away: asked.some(({ may }) => may === 'away') }
}
