/** What a report comes to, short enough to be kept and shown: totals, and where what failed came from. */
import type { ReceivedKind } from '@bulkhead/mail/ports/reports.ts'
import type { DmarcReport, DmarcRow } from '@bulkhead/wire/reports/dmarc-report.ts'
import type { TlsReport } from '@bulkhead/wire/reports/tls-report.ts'

export interface Summary {
  readonly kind: ReceivedKind
  /** The domain it is about. */
  readonly about: string
  readonly beginMs: number
  readonly from: string
  readonly id: string
  readonly told: DmarcTold | TlsTold | ComplaintTold
}

export interface DmarcTold {
  readonly messages: number
  readonly passed: number
  readonly quarantined: number
  readonly rejected: number
  /** Sources of what did not pass, most first. */
  readonly failing: readonly { readonly ip: string; readonly headerFrom: string; readonly count: number; readonly spf: string; readonly dkim: string }[]
}

export interface TlsTold {
  readonly policy: string
  readonly sessions: number
  readonly failed: number
  readonly failures: readonly { readonly type: string; readonly mx: string; readonly count: number }[]
}

export interface ComplaintTold {
  readonly type: string
  readonly incidents: number
  readonly sourceIp: string
  /** Pseudonym of the account, where the message says so in our own words. */
  readonly sender: string | null
}

const shownMax = 20
/** Of one report of TLS; of ours each has one or two. */
const policiesMax = 50
const nameMax = 100

const cut = (text: string): string => text.slice(0, nameMax)
const passes = ({ dkim, spf }: DmarcRow): boolean => dkim === 'pass' || spf === 'pass'
const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0)
const counted = (rows: readonly DmarcRow[]): number => sum(rows.map(({ count }) => count))

export const dmarcSummary = ({ org, id, beginSeconds, policy, rows }: DmarcReport): Summary => ({
  kind: 'dmarc',
  about: policy.domain,
  beginMs: beginSeconds * 1_000,
  from: cut(org),
  id: cut(id),
  told: {
    messages: counted(rows),
    passed: counted(rows.filter(passes)),
    quarantined: counted(rows.filter(({ disposition }) => disposition === 'quarantine')),
    rejected: counted(rows.filter(({ disposition }) => disposition === 'reject')),
    failing: rows.filter((row) => !passes(row)).toSorted((one, other) => other.count - one.count).slice(0, shownMax).map((row) => ({
      ip: cut(row.sourceIp), headerFrom: cut(row.headerFrom), count: row.count,
      spf: cut(row.spfResults[0]?.result ?? 'none'), dkim: cut(row.dkimResults[0]?.result ?? 'none'),
    })),
  },
})

/** One for each policy: a report may speak of several domains. */
export const tlsSummaries = ({ org, id, beginMs, policies }: TlsReport): readonly Summary[] =>
  policies.slice(0, policiesMax).map(({ type, domain, successes, failures, details }) => ({
    kind: 'tls',
    about: domain,
    beginMs,
    from: cut(org),
    id: cut(`${id} ${type}`),
    told: {
      policy: cut(type),
      sessions: successes + failures,
      failed: failures,
      failures: details.toSorted((one, other) => other.count - one.count).slice(0, shownMax)
        .map((detail) => ({ type: cut(detail.type), mx: cut(detail.receivingMxHost), count: detail.count })),
    },
  }))
