/** One due report, made: what it says, to whom it goes, as mail that is ready for the queue. */
import { createHash } from 'node:crypto'
import { gzip } from 'node:zlib'
import type { Clock } from '@bulkhead/base/clock.ts'
import { nearestSigning, type DomainSigner } from '@bulkhead/mail/dkim/domain-signer.ts'
import type { DueReport } from '@bulkhead/mail/ports/reports.ts'
import { ordinary } from '@bulkhead/mail/queue/queued.ts'
import type { ToQueue } from '@bulkhead/mail/queue/record.ts'
import { dmarcReportXml, type DmarcRow } from '@bulkhead/wire/reports/dmarc-report.ts'
import { reportMail } from '@bulkhead/wire/reports/report-mail.ts'
import type { MailUri } from '@bulkhead/wire/reports/report-uri.ts'
import { tlsReportJson } from '@bulkhead/wire/reports/tls-report.ts'
import { tlsReportUris } from '@bulkhead/wire/reports/tlsrpt-record.ts'
import type { Dns } from '../resolving/dns.ts'
import type { KeptPolicy } from './dmarc-facts.ts'
import { dmarcReceivers, type Receivers } from './external.ts'
import { dayMs } from './facts.ts'
import { tlsPolicies, type TlsFact } from './tls-facts.ts'

export interface MakingParts {
  readonly dns: Dns
  readonly signer: DomainSigner
  readonly clock: Clock
  readonly hostName: string
  /** The ISP as people read it. */
  readonly organization: string
}

/** `nobody`: it is not wanted, or too large for everybody. `later`: DNS says nothing now. */
export type Made = { readonly is: 'mail'; readonly mail: ToQueue } | { readonly is: 'nobody' | 'later' }

type Facts = readonly { readonly value: string; readonly count: number }[]

const receiversMax = 5

/** On another thread. */
const packed = (text: string): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    gzip(text, (error, bytes) => (error === null ? resolve(bytes) : reject(error)))
  })

/** Unique among ours, and the same where a report is made once more. */
const reportId = ({ kind, day, domain }: DueReport, hostName: string): string =>
  createHash('sha256').update(`${kind} ${day} ${domain} ${hostName}`).digest('hex').slice(0, 24)

const tlsReceivers = async (dns: Dns, domain: string): Promise<Receivers> => {
  const answer = await dns.query(`_smtp._tls.${domain}`, 'TXT')
  if (answer.is === 'away') return { addresses: [], away: true }
  const uris = answer.is === 'found' ? tlsReportUris(answer.records) : undefined
  return { addresses: uris?.filter((uri) => uri.is === 'mailto').slice(0, receiversMax) ?? [], away: false }
}

interface Frame {
  readonly id: string
  readonly beginMs: number
  readonly from: string
}

/** What was kept is ours: written by `dmarc-facts.ts` and `tls-facts.ts`. */
const textOf = ({ kind, published }: DueReport, facts: Facts, { id, beginMs, from }: Frame, organization: string): string => {
  const endSeconds = (beginMs + dayMs) / 1_000 - 1
  if (kind === 'tls') {
    const seen = facts.map(({ value, count }): { readonly fact: TlsFact; readonly count: number } => ({ fact: JSON.parse(value), count }))
    return tlsReportJson({ org: organization, contact: from, id, beginMs, endMs: endSeconds * 1_000, policies: tlsPolicies(seen) })
  }
  const { policy }: KeptPolicy = JSON.parse(published)
  const rows = facts.map(({ value, count }): DmarcRow => ({ ...JSON.parse(value), count }))
  return dmarcReportXml({ org: organization, email: from, id, beginSeconds: beginMs / 1_000, endSeconds, policy, rows })
}

const receiversOf = ({ dns }: MakingParts, { kind, domain, published }: DueReport): Promise<Receivers> => {
  if (kind === 'tls') return tlsReceivers(dns, domain)
  const kept: KeptPolicy = JSON.parse(published)
  return dmarcReceivers(dns, domain, kept)
}

const toQueue = (message: Buffer, to: readonly MailUri[]): ToQueue => ({
  ...ordinary,
  reversePath: '',
  bodyKind: '7bit',
  account: null,
  sender: null,
  recipients: to.map(({ address }) => ({ forwardPath: address, notify: [], orcpt: null })),
  message,
})

/** Throws a `Fault` where the vault is away. `facts` is asked for only where somebody wants the report. */
export const madeReport = async (parts: MakingParts, due: DueReport, facts: () => Promise<Facts>): Promise<Made> => {
  const { addresses, away } = await receiversOf(parts, due)
  if (away) return { is: 'later' }
  if (addresses.length === 0) return { is: 'nobody' }
  const { hostName, signer, clock, organization } = parts
  const signing = await nearestSigning(signer, hostName)
  const from = `postmaster@${signing ?? hostName}`
  const frame: Frame = { id: reportId(due, hostName), beginMs: due.day * dayMs, from }
  const attachment = await packed(textOf(due, await facts(), frame, organization))
  const to = addresses.filter(({ bytesMax }) => bytesMax === null || attachment.length <= bytesMax)
  if (to.length === 0) return { is: 'nobody' }
  const message = reportMail({
    kind: due.kind, domain: due.domain, submitter: hostName, from, to: to.map(({ address }) => address), id: frame.id, atMs: clock.now(),
    beginSeconds: frame.beginMs / 1_000, endSeconds: (frame.beginMs + dayMs) / 1_000 - 1, gzip: attachment,
  })
  const fields = signing === undefined ? '' : await signer.fieldsFor(signing, message)
  return { is: 'mail', mail: toQueue(Buffer.concat([Buffer.from(fields, 'latin1'), message]), to) }
}
