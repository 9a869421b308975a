/** What a group of rows is given, and gives: one file in `rows/` each. */
import type { Platform } from '../platform/platform.ts'
import { median, type Row } from './table.ts'
import type { Target } from './target.ts'

export const domain = 'bench.example'
export const password = 'correct-horse-battery'
/** Accounts that share small work. */
export const logins = Array.from({ length: 10 }, (_, number) => `reader${number}`)
/** Quiet sessions of the platform under measurement are parked after so long. */
export const parkAfterSeconds = 5
/** The account of the one large mailbox of the FETCH, SEARCH and SORT rows. */
export const bigLogin = 'librarian'

export interface Peers {
  readonly dovecot: Target
  readonly postfix: Target
}

export interface Bench {
  readonly ours: Target
  readonly peers: Peers | undefined
  readonly platform: Platform
  readonly rounds: number
  /** Messages of the delivery row. */
  readonly messages: number
  /** Messages of the large mailbox. */
  readonly mailbox: number
  readonly connections: number
  /** Added to a well-known port: where a peer listens. */
  readonly peerPorts: number
  /** Whether this one of the group's parts is measured. */
  wants(part: string): boolean
  say(text: string): void
  /** Makes accounts that only this group uses; Dovecot has every account. */
  plant(names: readonly string[]): Promise<void>
}

export interface RowGroup {
  readonly name: string
  readonly about: string
  /** Takes minutes: measured only where it is named. */
  readonly long?: boolean
  /** What of it can be measured alone. */
  readonly parts?: readonly string[]
  measure(bench: Bench): Promise<readonly Row[]>
}

export { median }

export const medianOf = async (rounds: number, measure: () => Promise<number>): Promise<number> => {
  const values: number[] = []
  for (let round = 0; round < rounds; round += 1) values.push(await measure())
  return median(values)
}

/** Ours, and Dovecot where it is measured beside. */
export const imapTargets = ({ ours, peers }: Bench): readonly Target[] => (peers === undefined ? [ours] : [ours, peers.dovecot])

/** One row out of a number for each target. */
export const rowOf = async (bench: Bench, row: Pick<Row, 'name' | 'unit' | 'more'>, measure: (target: Target) => Promise<number>): Promise<Row> => {
  const values = new Map<string, number>()
  for (const target of imapTargets(bench)) {
    const value = await measure(target)
    values.set(target.name, value)
    bench.say(`${row.name}, ${target.name}: ${value.toPrecision(3)} ${row.unit}`)
  }
  const { [bench.ours.name]: ours = NaN, ...peers } = Object.fromEntries(values)
  return { ...row, ours, peers }
}
