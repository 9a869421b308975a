/** One mailbox of many messages, one connection: the commands clients open it with. Seconds each. */
import { bigLogin, imapTargets, type Bench, type RowGroup } from '../bench.ts'
import { fillLarge } from '../load/fill.ts'
import { openImap } from '../load/imap.ts'
import { median } from '../table.ts'
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

const fetchTimes = async (bench: Bench, target: Target): Promise<ReadonlyMap<FetchRow, readonly [first: number, warm: number]>> => {
  await fillLarge(bench, target)
  const all = []
  for (let round = 0; round <= bench.rounds; round += 1) all.push(await fetchRound(target, bigLogin))
  const [first, ...warm] = all
  return new Map(
    (Object.keys(fetchCommands) as FetchRow[]).map((row) => [row, [first?.get(row)?.seconds ?? NaN, median(warm.map((round) => round.get(row)?.seconds ?? NaN))]]),
  )
}

export const fetch: RowGroup = {
  name: 'fetch',
  about: 'the commands clients open a large mailbox with',
  async measure(bench) {
    const times = new Map<string, Awaited<ReturnType<typeof fetchTimes>>>()
    for (const target of imapTargets(bench)) times.set(target.name, await fetchTimes(bench, target))
    return (Object.keys(fetchCommands) as FetchRow[]).flatMap((row) =>
      (['first', 'warm'] as const).map((state, at) => {
        const { [bench.ours.name]: ours = NaN, ...peers } = Object.fromEntries([...times].map(([name, of]) => [name, of.get(row)?.[at] ?? NaN]))
        return { name: `${row}, ${bench.mailbox} messages, ${state}`, unit: 's', more: false, ours, peers }
      }),
    )
  },
}
