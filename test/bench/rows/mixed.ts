/**
 * What a day of mail programs looks like: each client logs in, lists, polls, selects, fetches twice, stores, expunges what
 * it deleted, appends, logs out, and begins again. Commands a second over all, and how long single ones take under it.
 */
import { imapTargets, logins, rowOf, type RowGroup } from '../bench.ts'
import { openImap, type ImapClient } from '../load/imap.ts'
import { generatedMail, seeded } from '../mails.ts'
import type { Row } from '../table.ts'
import type { Target } from '../target.ts'

const secondsOfLoad = 10
/** Not counted: a server that runs day and night has its code compiled. */
const secondsBefore = 5
const messageBytes = 4_096

interface Load {
  readonly commands: number
  /** Milliseconds by command, ascending. */
  readonly times: ReadonlyMap<string, readonly number[]>
}

const atShare = (sorted: readonly number[], share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN

const dayOfMail = async (client: ImapClient, login: string, random: () => number, run: (client: ImapClient, command: string, literal?: Buffer) => Promise<string>): Promise<void> => {
  await run(client, `LOGIN ${login}`)
  await run(client, 'LIST "" "*"')
  if (random() < 0.5) await run(client, 'STATUS INBOX (MESSAGES UNSEEN UIDNEXT)')
  const exists = Number(/\* (\d+) EXISTS/.exec(await run(client, 'SELECT INBOX'))?.[1] ?? 0)
  const last = Math.max(1, exists)
  const first = Math.max(1, last - 20)
  if (exists > 0) {
    await run(client, `FETCH ${first}:${last} (UID FLAGS ENVELOPE)`)
    await run(client, `FETCH ${last} (UID BODY.PEEK[])`)
    await run(client, `STORE ${first} +FLAGS (\\Seen${random() < 0.5 ? ' \\Deleted' : ''})`)
  }
  await run(client, 'EXPUNGE')
  await run(client, 'APPEND INBOX', generatedMail(Math.floor(random() * 1_000_000), messageBytes))
  await run(client, 'LOGOUT')
}

const loadOf = async (target: Target, clients: number, secondsMax = secondsOfLoad): Promise<Load> => {
  const times = new Map<string, number[]>()
  let commands = 0
  const until = performance.now() + secondsMax * 1000
  const run = async (client: ImapClient, command: string, literal?: Buffer): Promise<string> => {
    const { seconds, text } = await client.run(command, literal === undefined ? { keep: true } : { keep: true, literal })
    const name = command.split(' ', 1)[0] ?? ''
    const list = times.get(name) ?? []
    times.set(name, list)
    list.push(seconds * 1000)
    commands += 1
    return text
  }
  const work = async (number: number): Promise<void> => {
    const random = seeded(number + 1)
    while (performance.now() < until) {
      using client = await openImap(target.imap.port)
      await dayOfMail(client, target.loginOf(logins[number % logins.length] ?? ''), random, run)
    }
  }
  const begun = performance.now()
  await Promise.all(Array.from({ length: clients }, (_, number) => work(number)))
  const seconds = (performance.now() - begun) / 1000
  for (const list of times.values()) list.sort((a, b) => a - b)
  return { commands: commands / seconds, times }
}

export const mixed: RowGroup = {
  name: 'mixed',
  about: 'mixed IMAP load with log-ins, 10 and 50 clients; p50 and p99 of each command',
  async measure(bench) {
    const rows: Row[] = []
    const loads = new Map<string, Load>()
    for (const target of imapTargets(bench)) await loadOf(target, logins.length, secondsBefore)
    for (const clients of [10, 50]) {
      rows.push(await rowOf(bench, { name: `mixed load, ${clients} clients, log-ins included`, unit: 'commands/s', more: true }, async (target) => {
        const load = await loadOf(target, clients)
        loads.set(target.name, load)
        return load.commands
      }))
    }
    for (const command of loads.get(bench.ours.name)?.times.keys() ?? []) {
      for (const [share, label] of [[0.5, 'p50'], [0.99, 'p99']] as const) {
        const of = (name: string): number => atShare(loads.get(name)?.times.get(command) ?? [], share)
        const peers = bench.peers === undefined ? {} : { [bench.peers.dovecot.name]: of(bench.peers.dovecot.name) }
        rows.push({ name: `${command} under 50 clients, ${label}`, unit: 'ms', more: false, ours: of(bench.ours.name), peers })
      }
    }
    return rows
  },
}
