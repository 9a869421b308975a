/**
 * What a client that polls does: STATUS of 200 mailboxes, pipelined, and the same by LIST RETURN (STATUS). Polled before it is
 * measured, as servers are that run for weeks: the first milliseconds of a process measure its compiler.
 */
import { medianOf, rowOf, type RowGroup } from '../bench.ts'
import { openImap, type ImapClient } from '../load/imap.ts'
import type { Target } from '../target.ts'

const mailboxes = 200
/** Polls that are not measured. */
const warming = 15
const login = 'collector'
const items = '(MESSAGES UIDNEXT UIDVALIDITY UNSEEN)'

const names = Array.from({ length: mailboxes }, (_, number) => `Lists/topic${number}`)

const logIn = async (target: Target): Promise<ImapClient> => {
  const client = await openImap(target.imap.port)
  await client.run(`LOGIN ${target.loginOf(login)}`)
  return client
}

const polls = async (target: Target): Promise<number> => {
  using client = await logIn(target)
  const { seconds } = await client.run(names.map((name, at) => `${at === 0 ? '' : `p${at} `}STATUS ${name} ${items}`).join('\r\n') + '\r\nlast NOOP', { endsWith: 'last' })
  return seconds
}

const lists = async (target: Target): Promise<number> => {
  using client = await logIn(target)
  return (await client.run(`LIST "" "Lists/*" RETURN (STATUS ${items})`)).seconds
}

const prepare = async (target: Target): Promise<void> => {
  using client = await logIn(target)
  for (const name of names) await client.run(`CREATE ${name}`).catch(() => undefined)
  for (let round = 0; round < warming; round += 1) {
    await polls(target)
    await lists(target)
  }
}

export const status: RowGroup = {
  name: 'status',
  about: 'STATUS of 200 mailboxes',
  async measure(bench) {
    await bench.plant([login])
    for (const target of bench.peers === undefined ? [bench.ours] : [bench.ours, bench.peers.dovecot]) await prepare(target)
    return [
      await rowOf(bench, { name: `STATUS of ${mailboxes} mailboxes, pipelined, warm`, unit: 's', more: false }, (target) => medianOf(bench.rounds, () => polls(target))),
      await rowOf(bench, { name: `LIST RETURN (STATUS) of ${mailboxes} mailboxes, warm`, unit: 's', more: false }, (target) => medianOf(bench.rounds, () => lists(target))),
    ]
  },
}
