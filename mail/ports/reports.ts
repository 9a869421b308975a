/**
 * Reports between domains about mail they exchange: facts counted for those we make (DMARC, TLS), and what others' said of
 * our domains. The store sees texts it does not read.
 */
import type { NewQueued } from './queue.ts'

export const reportKinds = ['dmarc', 'tls'] as const
export type ReportKind = (typeof reportKinds)[number]

export interface ReportFact {
  readonly kind: ReportKind
  /** Days since 1970-01-01, UTC. */
  readonly day: number
  /** Whom the report is for: the policy's domain. */
  readonly domain: string
  /** The policy as it was published; the latest of a day stands. */
  readonly published: string
  /** What was seen; equal ones are counted. At most `factTextMax` characters. */
  readonly value: string
  readonly count: number
}

export const factTextMax = 8_192

export interface ReportFacts {
  /** How many messages found no room any more: days, domains and rows are limited. */
  add(facts: readonly ReportFact[]): Promise<number>
}

export interface DueReport {
  readonly kind: ReportKind
  readonly day: number
  readonly domain: string
  readonly published: string
  /** Shows that nobody else has taken it meanwhile. */
  readonly lease: number
}

export interface DueReports {
  /** One report whose day is over and that nobody makes now; undefined where there is none. Lets old ones go. */
  claim(leaseMs: number): Promise<DueReport | undefined>
  facts(due: DueReport): Promise<readonly { readonly value: string; readonly count: number }[]>
  /** Once for each report: done, and what is to be sent (null: nothing) queued in one go. False where the lease was lost. */
  settle(due: DueReport, mail: NewQueued | null): Promise<boolean>
}

export const receivedKinds = ['dmarc', 'tls', 'arf'] as const
export type ReceivedKind = (typeof receivedKinds)[number]

/** A report of somebody else's about a domain of ours. */
export interface ReceivedReport {
  readonly kind: ReceivedKind
  readonly domain: string
  /** When the time it speaks of began. */
  readonly beginMs: number
  /** Whether DMARC passed for the domain that says so. */
  readonly authenticated: boolean
  /** That domain; else who made it in their own words, cut. */
  readonly from: string
  /** Theirs: the same again is the same report. */
  readonly id: string
  /** What it comes to, as JSON; at most `summaryMax` characters. */
  readonly summary: string
}

export const summaryMax = 16_384

export interface ReceivedReports {
  add(report: ReceivedReport): Promise<'kept' | 'known' | 'tooMany'>
}

export interface ReceivedReportsReader {
  /** Latest first. */
  of(domain: string, sinceMs: number, limit: number): Promise<readonly Omit<ReceivedReport, 'domain'>[]>
}
