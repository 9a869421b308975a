/** The record of SMTP TLS Reporting at `_smtp._tls.` (RFC 8460 section 3). */
import { reportUri, type ReportUri } from './report-uri.ts'

const urisMax = 10

/** Where a domain's reports go; undefined where these records ask for none. Several records are none (section 3). */
export const tlsReportUris = (records: readonly string[]): readonly ReportUri[] | undefined => {
  const ours = records.filter((record) => /^v=TLSRPTv1\s*;/.test(record))
  const [record] = ours
  if (record === undefined || ours.length > 1) return undefined
  const rua = record.split(';').map((field) => field.trim()).find((field) => /^rua\s*=/.test(field))
  const uris = rua?.slice(rua.indexOf('=') + 1).split(',').slice(0, urisMax) ?? []
  return uris.map(reportUri).filter((uri) => uri !== undefined)
}
