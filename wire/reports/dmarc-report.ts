/** An aggregate report of DMARC (RFC 9990; RFC 7489 appendix C): what it says, and its XML, written. Reading: `dmarc-read.ts`. */
import { escapeXml } from './xml.ts'

export interface DmarcReport {
  readonly org: string
  readonly email: string
  readonly id: string
  /** Unix time in seconds, as the report has it; `end` is its last second. */
  readonly beginSeconds: number
  readonly endSeconds: number
  readonly policy: PublishedPolicy
  readonly rows: readonly DmarcRow[]
}

/** Words as published; empty where the report does not say. */
export interface PublishedPolicy {
  readonly domain: string
  readonly p: string
  readonly sp: string
  readonly np: string
  readonly adkim: string
  readonly aspf: string
  readonly fo: string
  readonly testing: string
}

/** What equal messages of one source came to. Words and domains as the reporter wrote them; empty where it did not. */
export interface DmarcRow {
  readonly sourceIp: string
  readonly count: number
  /** `pass` is RFC 9990's word for `none` where DMARC passed. */
  readonly disposition: string
  /** Aligned and passed: `pass` or `fail`. */
  readonly dkim: string
  readonly spf: string
  readonly overrides: readonly { readonly type: string; readonly comment: string }[]
  readonly headerFrom: string
  readonly envelopeFrom: string
  readonly envelopeTo: string
  readonly dkimResults: readonly { readonly domain: string; readonly selector: string; readonly result: string }[]
  readonly spfResults: readonly { readonly domain: string; readonly scope: string; readonly result: string }[]
}

const element = (name: string, value: string | number): string => (value === '' ? '' : `<${name}>${escapeXml(String(value))}</${name}>`)
const block = (name: string, ...inside: readonly string[]): string => `<${name}>${inside.join('')}</${name}>\n`

const rowXml = (row: DmarcRow): string => block(
  'record',
  block(
    'row',
    element('source_ip', row.sourceIp),
    element('count', row.count),
    block(
      'policy_evaluated',
      element('disposition', row.disposition), element('dkim', row.dkim), element('spf', row.spf),
      ...row.overrides.map(({ type, comment }) => block('reason', element('type', type), element('comment', comment))),
    ),
  ),
  block(
    'identifiers',
    element('envelope_to', row.envelopeTo), element('envelope_from', row.envelopeFrom), element('header_from', row.headerFrom),
  ),
  block(
    'auth_results',
    ...row.dkimResults.map((one) => block('dkim', element('domain', one.domain), element('selector', one.selector), element('result', one.result))),
    ...row.spfResults.map((one) => block('spf', element('domain', one.domain), element('scope', one.scope), element('result', one.result))),
  ),
)

/** RFC 9990 appendix A. */
export const dmarcReportXml = ({ org, email, id, beginSeconds, endSeconds, policy, rows }: DmarcReport): string => [
  '<?xml version="1.0" encoding="UTF-8"?>\n<feedback xmlns="urn:ietf:params:xml:ns:dmarc-2.0">\n',
  element('version', '1.0'),
  block(
    'report_metadata',
    element('org_name', org), element('email', email), element('report_id', id),
    block('date_range', element('begin', beginSeconds), element('end', endSeconds)),
    element('generator', 'Bulkhead'),
  ),
  block(
    'policy_published',
    element('domain', policy.domain), element('p', policy.p), element('sp', policy.sp), element('np', policy.np),
    element('adkim', policy.adkim), element('aspf', policy.aspf), element('fo', policy.fo), element('testing', policy.testing),
    element('discovery_method', 'treewalk'),
  ),
  ...rows.map(rowXml),
  '</feedback>\n',
].join('')
