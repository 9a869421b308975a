/** A report of SMTP TLS Reporting (RFC 8460 section 4): what it says, and its JSON, written and read within limits. */

export interface TlsReport {
  readonly org: string
  readonly contact: string
  readonly id: string
  readonly beginMs: number
  readonly endMs: number
  readonly policies: readonly TlsPolicyReport[]
}

export interface TlsPolicyReport {
  /** `tlsa`, `sts`, `no-policy-found`. */
  readonly type: string
  readonly domain: string
  readonly strings: readonly string[]
  readonly mxHosts: readonly string[]
  readonly successes: number
  readonly failures: number
  readonly details: readonly TlsFailureDetail[]
}

/** Empty where the report does not say. */
export interface TlsFailureDetail {
  readonly type: string
  readonly sendingIp: string
  readonly receivingMxHost: string
  readonly receivingIp: string
  readonly count: number
  readonly reason: string
}

export const tlsReportLimits = { policiesMax: 1_000, detailsMax: 10_000, stringsMax: 100, textMax: 1_024, countMax: 1_000_000_000_000 } as const

const said = (name: string, value: string): object => (value === '' ? {} : { [name]: value })
const listed = (name: string, values: readonly string[]): object => (values.length === 0 ? {} : { [name]: values })
const instant = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')

export const tlsReportJson = ({ org, contact, id, beginMs, endMs, policies }: TlsReport): string => JSON.stringify({
  'organization-name': org,
  'date-range': { 'start-datetime': instant(beginMs), 'end-datetime': instant(endMs) },
  'contact-info': contact,
  'report-id': id,
  policies: policies.map(({ type, domain, strings, mxHosts, successes, failures, details }) => ({
    policy: { 'policy-type': type, ...listed('policy-string', strings), 'policy-domain': domain, ...listed('mx-host', mxHosts) },
    summary: { 'total-successful-session-count': successes, 'total-failure-session-count': failures },
    ...(details.length === 0 ? {} : {
      'failure-details': details.map((detail) => ({
        'result-type': detail.type,
        ...said('sending-mta-ip', detail.sendingIp),
        ...said('receiving-mx-hostname', detail.receivingMxHost),
        ...said('receiving-ip', detail.receivingIp),
        'failed-session-count': detail.count,
        ...said('failure-reason-code', detail.reason),
      })),
    }),
  })),
})

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)
const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {})
const textOf = (value: unknown): string => (typeof value === 'string' ? value.slice(0, tlsReportLimits.textMax) : '')
const countOf = (value: unknown): number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= tlsReportLimits.countMax ? value : 0
const listOf = (value: unknown, max: number): readonly unknown[] => (Array.isArray(value) ? value.slice(0, max) : [])
/** A list, or one text as some write it. */
const textsOf = (value: unknown): readonly string[] =>
  typeof value === 'string' ? [textOf(value)] : listOf(value, tlsReportLimits.stringsMax).map(textOf).filter((text) => text !== '')

const detailOf = (value: unknown): TlsFailureDetail => {
  const detail = fieldsOf(value)
  return {
    type: textOf(detail['result-type']),
    sendingIp: textOf(detail['sending-mta-ip']),
    receivingMxHost: textOf(detail['receiving-mx-hostname']),
    receivingIp: textOf(detail['receiving-ip']),
    count: countOf(detail['failed-session-count']),
    reason: textOf(detail['failure-reason-code']),
  }
}

const policyOf = (value: unknown): TlsPolicyReport => {
  const { policy, summary, 'failure-details': details } = fieldsOf(value)
  const [published, totals] = [fieldsOf(policy), fieldsOf(summary)]
  return {
    type: textOf(published['policy-type']),
    domain: textOf(published['policy-domain']).toLowerCase(),
    strings: textsOf(published['policy-string']),
    mxHosts: textsOf(published['mx-host']),
    successes: countOf(totals['total-successful-session-count']),
    failures: countOf(totals['total-failure-session-count']),
    details: listOf(details, tlsReportLimits.detailsMax).map(detailOf),
  }
}

/** Undefined where it is no such report. `text` is bounded by whoever unpacked it. */
export const readTlsReport = (text: string): TlsReport | undefined => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!isFields(value)) return undefined
  const range = fieldsOf(value['date-range'])
  const [beginMs, endMs] = [Date.parse(textOf(range['start-datetime'])), Date.parse(textOf(range['end-datetime']))]
  const policies = listOf(value['policies'], tlsReportLimits.policiesMax)
  if (!Number.isFinite(beginMs) || !Number.isFinite(endMs) || !Array.isArray(value['policies'])) return undefined
  const [org, contact, id] = [textOf(value['organization-name']), textOf(value['contact-info']), textOf(value['report-id'])]
  return { org, contact, id, beginMs, endMs, policies: policies.map(policyOf) }
}
