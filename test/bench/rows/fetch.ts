/** One mailbox of many messages, one connection: the commands clients open it with. Seconds each. */
import { openImap } from '../load/imap.ts'
import type { Target } from '../target.ts'

export const fetchCommands = {
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

export type FetchRow = keyof typeof fetchCommands

/** One round: a fresh connection, every command once. */
export const fetchRound = async (target: Target, login: string): Promise<ReadonlyMap<FetchRow, { readonly seconds: number; readonly bytes: number }>> => {
  using client = await openImap(target.imap.port)
  await client.run(`LOGIN ${target.loginOf(login)}`)
  const times = new Map<FetchRow, { seconds: number; bytes: number }>()
  for (const [row, command] of Object.entries(fetchCommands)) {
    const { seconds, bytes } = await client.run(command)
    times.set(row as FetchRow, { seconds, bytes })
  }
  return times
}
