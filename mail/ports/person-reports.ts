/**
 * What people of the cell said of mail: counts by day, sender's domain and campaign. Nobody's address, and who said it is not kept; a
 * mark that only who has the message's id and the cell's key can make lets nobody say it twice of one message, and take it back.
 */
export const personReportKinds = ['spam', 'phishing', 'notSpam'] as const
export type PersonReportKind = (typeof personReportKinds)[number]

/** `nothing`: what was said is taken back. */
export type Saying = PersonReportKind | 'nothing'

export interface PersonReport {
  readonly kind: PersonReportKind
  /** Of the author, in lower case; `-` where the message names none. */
  readonly domain: string
  /** Pseudonym of what messages of one mailing have in common. */
  readonly campaign: string
  readonly count: number
}

/** `domain` and `campaign` as of `PersonReport`; empty where something is taken back. */
export interface PersonSaying {
  /** Pseudonym of person and message. */
  readonly mark: string
  readonly says: Saying
  readonly domain: string
  readonly campaign: string
}

export interface PersonReports {
  /**
   * To today's counts, in the place of what the mark said before; whether each was new. Beyond a day's room they are counted under `*`, and
   * so many a day that no mark of them is kept are not taken back any more.
   */
  say(sayings: readonly PersonSaying[]): Promise<readonly boolean[]>
}

export interface PersonReportLine extends PersonReport {
  /** `2026-11-21`, UTC. */
  readonly day: string
}

export interface PersonReportsReader {
  /** Of the last days, newest day first, most first. */
  of(days: number, limit: number): Promise<readonly PersonReportLine[]>
}
