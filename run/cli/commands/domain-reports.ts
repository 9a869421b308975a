/** `domain reports`: what other providers say of mail in a domain's name: DMARC, TLS, complaints. */
import type { Command } from 'commander'
import type { ReportLine } from '@bulkhead/door/contracts/desk.ts'
import type { ComplaintTold, DmarcTold, TlsTold } from '@bulkhead/flow/reports/summaries.ts'
import { CannotDo, common, show, table, type CommonOptions } from '../context.ts'
import { granted } from '../refusal-text.ts'
import { withDomain } from '../session.ts'

const defaultDays = 14
const daysMax = 90

/** As `--json` shows it. */
const parsed = (summary: string): object => JSON.parse(summary)

const sayer = ({ from, authenticated }: Pick<ReportLine, 'from' | 'authenticated'>): string => (authenticated ? from : `${from} (not authenticated)`)

/** Summaries are ours: `flow/reports/summaries.ts` wrote them. */
const dmarcRow = ({ day, summary, ...report }: ReportLine): readonly string[] => {
  const { messages, passed, quarantined, rejected, failing }: DmarcTold = JSON.parse(summary)
  const worst = failing.slice(0, 3).map(({ ip, count, spf, dkim }) => `${ip} ×${count} (spf ${spf}, dkim ${dkim})`)
  return [day, sayer(report), String(messages), String(passed), String(quarantined), String(rejected), worst.join('; ')]
}

const tlsRow = ({ day, summary, ...report }: ReportLine): readonly string[] => {
  const { policy, sessions, failed, failures }: TlsTold = JSON.parse(summary)
  return [day, sayer(report), policy, String(sessions), String(failed), failures.slice(0, 3).map(({ type, mx, count }) => `${type} ${mx} ×${count}`).join('; ')]
}

const complaintRow = ({ day, id, summary, ...report }: ReportLine): readonly string[] => {
  const { type, incidents, sender }: ComplaintTold = JSON.parse(summary)
  return [day, sayer(report), type, String(incidents), sender ?? '', id]
}

const kinds = [
  { kind: 'dmarc', title: 'DMARC', head: ['DAY', 'FROM', 'MESSAGES', 'PASSED', 'QUARANTINED', 'REJECTED', 'FAILING'], row: dmarcRow },
  { kind: 'tls', title: 'TLS', head: ['DAY', 'FROM', 'POLICY', 'SESSIONS', 'FAILED', 'FAILURES'], row: tlsRow },
  { kind: 'arf', title: 'Complaints', head: ['DAY', 'FROM', 'TYPE', 'INCIDENTS', 'ACCOUNT', 'MESSAGE-ID'], row: complaintRow },
] as const

/** Texts of strangers: nothing in them may steer a terminal. */
const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]/gu, '?')

const linesOf = (reports: readonly ReportLine[]): readonly string[] => {
  const sections = kinds.flatMap(({ kind, title, head, row }) => {
    const rows = reports.filter((report) => report.kind === kind).map((report) => row(report).map(printable))
    return rows.length === 0 ? [] : [title, ...table(head, rows), '']
  })
  return sections.length === 0 ? ['no reports yet; ./bulkhead domain zone shows the records that ask for them'] : sections.slice(0, -1)
}

export const registerReports = (domains: Command): void => {
  common(domains.command('reports <domain>').description('what other providers report of a domain'))
    .option('--days <n>', `how far back (default ${defaultDays}, at most ${daysMax})`)
    .action((given: string, options: CommonOptions & { readonly days?: string }) => withDomain(options, given, async ({ desk }) => {
      const days = Number(options.days ?? defaultDays)
      if (!Number.isInteger(days) || days < 1 || days > daysMax) throw new CannotDo(`--days must be a whole number from 1 to ${daysMax}`)
      const { reports } = granted(given, await desk.ask('reportsOf', { domain: given.toLowerCase(), days }))
      show(options, { reports: reports.map(({ summary, ...report }) => ({ ...report, summary: parsed(summary) })) }, linesOf(reports))
    }))
}
