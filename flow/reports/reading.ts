/**
 * Reads what arrives at the report addresses of our domains: aggregate reports of DMARC, reports of TLS, complaints. It is
 * done behind the sessions and takes at most a fifth of the process's time, whatever comes; what was answered with 250 and
 * not read yet is lost with the process, as are counts, not mail.
 */
import type { Log } from '@bulkhead/base/log.ts'
import type { Meter } from '@bulkhead/base/meter.ts'
import type { ReceivedReport, ReceivedReports } from '@bulkhead/mail/ports/reports.ts'
import { readDmarcReport } from '@bulkhead/wire/reports/dmarc-read.ts'
import { reportParts, type ReportPart } from '@bulkhead/wire/reports/report-parts.ts'
import { readTlsReport } from '@bulkhead/wire/reports/tls-report.ts'
import type { Complaints } from './complaints.ts'
import { dmarcSummary, tlsSummaries, type Summary } from './summaries.ts'
import { unpackedText } from './unpack.ts'

export interface ReadingParts {
  readonly received: ReceivedReports
  readonly complaints: Complaints
  isLocalDomain(domain: string): Promise<boolean>
  readonly log: Log
  readonly meter: Meter
}

export interface ReportMessage {
  /** The domain whose report address it came to. */
  readonly domain: string
  /** The From domain, where DMARC passed for it: who says so. Null: anybody might have written it. */
  readonly authenticated: string | null
  /** Whole; what the reader needs of it it copies. */
  readonly message: Uint8Array
}

/** `busy`: too many wait, the sender is to come again. `noReport`: a person's letter, perhaps, which nobody would read. */
export type Taken = 'taken' | 'busy' | 'noReport'

export interface ReportReader {
  take(report: ReportMessage): Taken
  /** Everything taken has been read. */
  idle(): Promise<void>
  /** Stops after what is being read. */
  [Symbol.asyncDispose](): Promise<void>
}

const waitingMax = 32
const waitingBytesMax = 33_554_432
/** After reading for a time it rests four times as long. */
const restFactor = 4

interface Waiting extends Pick<ReportMessage, 'domain' | 'authenticated'> {
  readonly parts: readonly ReportPart[]
  readonly bytes: number
}

/** Longer names are none of ours. */
const labelsMax = 10

const labelsAbove = (domain: string): readonly string[] => {
  const labels = domain.split('.')
  if (labels.length > labelsMax) return []
  return labels.slice(0, -1).map((_, at) => labels.slice(at).join('.'))
}

/** The domain of ours a report speaks of: itself or the nearest above; undefined where it is none of ours. */
const ownDomain = async (parts: ReadingParts, about: string): Promise<string | undefined> => {
  for (const domain of labelsAbove(about)) if (await parts.isLocalDomain(domain)) return domain
  return undefined
}

const summariesOf = (text: string): readonly Summary[] => {
  if (text.trimStart().startsWith('{')) {
    const report = readTlsReport(text)
    return report === undefined ? [] : tlsSummaries(report)
  }
  const report = readDmarcReport(text)
  return report === undefined ? [] : [dmarcSummary(report)]
}

/** Who says so: the domain DMARC passed for, else what the report itself says. */
const sayer = ({ authenticated }: Waiting, { from }: Summary): Pick<ReceivedReport, 'authenticated' | 'from'> =>
  ({ authenticated: authenticated !== null, from: authenticated ?? from })

const keep = async (parts: ReadingParts, from: Waiting, summary: Summary): Promise<'kept' | 'known' | 'tooMany' | 'notOurs'> => {
  const domain = await ownDomain(parts, summary.about)
  const report: ReceivedReport | undefined = domain === undefined
    ? undefined
    : { kind: summary.kind, domain, beginMs: summary.beginMs, ...sayer(from, summary), id: summary.id, summary: JSON.stringify(summary.told) }
  const outcome = report === undefined ? 'notOurs' : await parts.received.add(report)
  parts.meter.count('reports_received_total', 1, { kind: summary.kind, outcome })
  return outcome
}

const readPart = async (parts: ReadingParts, from: Waiting, part: ReportPart): Promise<void> => {
  if (part.is === 'abuse') {
    const summary = parts.complaints.summary(part.report, part.original, from.domain)
    if ((await keep(parts, from, summary)) === 'kept') parts.complaints.count(summary.told)
    return
  }
  const text = await unpackedText(part.bytes)
  const summaries = text === undefined ? [] : summariesOf(text)
  if (summaries.length === 0) parts.meter.count('reports_received_total', 1, { kind: 'unknown', outcome: 'unreadable' })
  for (const summary of summaries) await keep(parts, from, summary)
}

export const reportReader = (parts: ReadingParts): ReportReader => {
  let waiting: Waiting[] = []
  let reading: Promise<void> | undefined
  let stopped = false

  const readAll = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined && !stopped; next = waiting.shift()) {
      const from = next
      const began = performance.now()
      try {
        for (const part of from.parts) await readPart(parts, from, part)
      } catch (error) {
        parts.log.error('reportNotRead', error, { domain: from.domain })
      }
      const tookMs = performance.now() - began
      if (waiting.length > 0) await new Promise((resolve) => setTimeout(resolve, tookMs * restFactor))
    }
  }
  return {
    take({ domain, authenticated, message }) {
      if (waiting.length >= waitingMax || waiting.reduce((sum, { bytes }) => sum + bytes, 0) >= waitingBytesMax) return 'busy'
      const found = reportParts(message)
      if (found.length === 0) return 'noReport'
      waiting.push({ domain, authenticated, parts: found, bytes: message.length })
      reading ??= readAll().finally(() => {
        reading = undefined
      })
      return 'taken'
    },
    idle: async () => reading,
    async [Symbol.asyncDispose]() {
      stopped = true
      await reading
      waiting = []
    },
  }
}
