/**
 * A report as mail. DMARC: RFC 9990 section 3.5.1; TLS: RFC 8460 section 5.3. One attachment, gzip; a line of text for people
 * who find it. Lines end with CRLF.
 */
import { ascii } from '@bulkhead/base/bytes.ts'
import { dateTime } from '../trace/date-time.ts'

export interface ReportMail {
  readonly kind: 'dmarc' | 'tls'
  /** Whom it is about. */
  readonly domain: string
  /** Our host's name. */
  readonly submitter: string
  readonly from: string
  readonly to: readonly string[]
  /** `[A-Za-z0-9.-]`, unique among ours. */
  readonly id: string
  readonly atMs: number
  /** Unix time in seconds. */
  readonly beginSeconds: number
  readonly endSeconds: number
  readonly gzip: Buffer
}

const lineLength = 76

const base64Lines = (bytes: Buffer): string => bytes.toString('base64').replace(new RegExp(`.{1,${lineLength}}`, 'g'), '$&\r\n')

const kinds = {
  dmarc: {
    words: 'aggregate report of DMARC results (RFC 9990)',
    container: 'multipart/mixed',
    type: 'application/gzip',
    extension: 'xml.gz',
    fields: (): readonly string[] => [],
    subjectId: (id: string) => id,
  },
  tls: {
    words: 'report of TLS results (RFC 8460)',
    container: 'multipart/report; report-type="tlsrpt"',
    type: 'application/tlsrpt+gzip',
    extension: 'json.gz',
    // Trouble with TLS must not keep back the report of it (RFC 8460 section 5.3, RFC 8689 section 3).
    fields: ({ domain, submitter }: ReportMail): readonly string[] =>
      [`TLS-Report-Domain: ${domain}`, `TLS-Report-Submitter: ${submitter}`, 'TLS-Required: No'],
    subjectId: (id: string) => `<${id}>`,
  },
} as const

/** RFC 7489 section 7.2.1.1, RFC 8460 section 5.1. */
const fileName = ({ kind, submitter, domain, beginSeconds, endSeconds, id }: ReportMail): string =>
  `${submitter}!${domain}!${beginSeconds}!${endSeconds}!${id}.${kinds[kind].extension}`

const toField = (to: readonly string[]): string => `To: ${to.join(',\r\n ')}`

export const reportMail = (mail: ReportMail): Buffer => {
  const { kind, domain, submitter, from, to, id, atMs, gzip } = mail
  const { words, container, type, fields, subjectId } = kinds[kind]
  const boundary = `report-${id}`
  const name = fileName(mail)
  return ascii([
    `Date: ${dateTime(atMs)}`,
    `From: ${from}`,
    toField(to),
    `Message-ID: <${id}@${submitter}>`,
    `Subject: Report Domain: ${domain}`,
    ` Submitter: ${submitter}`,
    ` Report-ID: ${subjectId(id)}`,
    ...fields(mail),
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    `Content-Type: ${container};`,
    ` boundary="${boundary}"`,
    '',
    `--${boundary}`,
    'Content-Type: text/plain; charset=us-ascii',
    '',
    `This is an ${words} for ${domain} from ${submitter}.`.replace(/^This is an report/, 'This is a report'),
    '',
    `--${boundary}`,
    `Content-Type: ${type};`,
    ` name="${name}"`,
    'Content-Transfer-Encoding: base64',
    'Content-Disposition: attachment;',
    ` filename="${name}"`,
    '',
    `${base64Lines(gzip)}--${boundary}--`,
    '',
  ].join('\r\n'))
}
