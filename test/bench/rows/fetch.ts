/**
 * One mailbox of many messages, one connection: the commands clients open it with. Seconds each, and what a mailbox read whole
 * comes to in MB/s. *First* is the first round after filling, *warm* the rounds after servers had time to tidy up behind it and
 * some rounds more, *cold* one with the system's page cache dropped (as root).
 */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { bigLogin, imapTargets, type Bench, type RowGroup } from '../bench.ts'
import { fillLarge } from '../load/fill.ts'
import { openImap } from '../load/imap.ts'
import { median, type Row } from '../table.ts'
import type { Target } from '../target.ts'

const fetchCommands = {
  'SELECT': 'SELECT INBOX',
  'FETCH 1:* (FLAGS)': 'FETCH 1:* (FLAGS)',
  'FETCH 1:* (FLAGS ENVELOPE)': 'FETCH 1:* (FLAGS ENVELOPE)',
  'FETCH 1:* overview':
    'FETCH 1:* (UID FLAGS RFC822.SIZE INTERNALDATE BODY.PEEK[HEADER.FIELDS (FROM TO SUBJECT DATE MESSAGE-ID)])',
  'FETCH 1:* BODYSTRUCTURE': 'FETCH 1:* (BODYSTRUCTURE)',
  'FETCH 1:* BODY.PEEK[]': 'FETCH 1:* (BODY.PEEK[])',
  'STORE 1:* +FLAGS': 'STORE 1:* +FLAGS.SILENT (\\Flagged)',
  'STORE 1:* -FLAGS': 'STORE 1:* -FLAGS.SILENT (\\Flagged)',
  'SEARCH SUBJECT': 'SEARCH SUBJECT harbour',
  'SEARCH UNSEEN': 'SEARCH UNSEEN',
} as const satisfies Record<string, string>

type FetchRow = keyof typeof fetchCommands

/** One round: a fresh connection, every command once. */
const fetchRound = async (target: Target, login: string): Promise<ReadonlyMap<FetchRow, { readonly seconds: number; readonly bytes: number }>> => {
  using client = await openImap(target.imap.port)
  await client.run(`LOGIN ${target.loginOf(login)}`)
  const times = new Map<FetchRow, { seconds: number; bytes: number }>()
  for (const [row, command] of Object.entries(fetchCommands)) {
    const { seconds, bytes } = await client.run(command)
    times.set(row as FetchRow, { seconds, bytes })
  }
  return times
}

const states = ['first', 'warm', 'cold'] as const
type State = (typeof states)[number]
type Measured = { readonly seconds: number; readonly bytes: number }
type Times = ReadonlyMap<FetchRow, Readonly<Record<State, Measured>>>

const rowNames = Object.keys(fetchCommands) as FetchRow[]
/** Behind the first round indexes and bodies are packed (here), or caches written (there). */
const tidyMs = 30_000
/** Rounds not counted before the warm ones: a server that runs day and night has its code compiled. */
const warmUps = 5
const unknown: Measured = { seconds: NaN, bytes: NaN }

/** Only root may; then what was read is read from the disk again. */
const dropPageCache = (): boolean => {
  try {
    execFileSync('sync')
    writeFileSync('/proc/sys/vm/drop_caches', '3')
    return true
  } catch {
    return false
  }
}

const fetchTimes = async (bench: Bench, target: Target): Promise<Times> => {
  await fillLarge(bench, target)
  const first = await fetchRound(target, bigLogin)
  await sleep(tidyMs)
  for (let round = 0; round < warmUps; round += 1) await fetchRound(target, bigLogin)
  const warm: Awaited<ReturnType<typeof fetchRound>>[] = []
  for (let round = 0; round < bench.rounds; round += 1) warm.push(await fetchRound(target, bigLogin))
  const cold = dropPageCache() ? await fetchRound(target, bigLogin) : undefined
  return new Map(rowNames.map((row) => [row, {
    first: first.get(row) ?? unknown,
    warm: { seconds: median(warm.map((round) => round.get(row)?.seconds ?? NaN)), bytes: warm[0]?.get(row)?.bytes ?? NaN },
    cold: cold?.get(row) ?? unknown,
  }]))
}

const megabytesPerSecond = ({ seconds, bytes }: Measured): number => bytes / seconds / 1e6

export const fetch: RowGroup = {
  name: 'fetch',
  about: 'the commands clients open a large mailbox with',
  async measure(bench) {
    const times = new Map<string, Times>()
    for (const target of imapTargets(bench)) times.set(target.name, await fetchTimes(bench, target))
    const row = (name: string, unit: string, of: (times: Times) => number): Row => {
      const { [bench.ours.name]: ours = NaN, ...peers } = Object.fromEntries([...times].map(([target, all]) => [target, of(all)]))
      return { name, unit, more: unit !== 's', ours, peers }
    }
    const rows = rowNames.flatMap((command) =>
      states.map((state) => row(`${command}, ${bench.mailbox} messages, ${state}`, 's', (all) => all.get(command)?.[state].seconds ?? NaN)))
    const rates = states.map((state) =>
      row(`BODY[] throughput, ${state}`, 'MB/s', (all) => megabytesPerSecond(all.get('FETCH 1:* BODY.PEEK[]')?.[state] ?? unknown)))
    return [...rows, ...rates].filter(({ ours }) => !Number.isNaN(ours))
  },
}
