/**
 * A client that was away: SELECT with QRESYNC (RFC 7162) after 1,000 changes in a mailbox of 100,000 messages. Dovecot
 * answers the same command with the same responses.
 */
import { imapTargets, medianOf, rowOf, type RowGroup } from '../bench.ts'
import { deliver } from '../load/deliver.ts'
import { openImap, type ImapClient } from '../load/imap.ts'
import { generatedMail } from '../mails.ts'
import type { Target } from '../target.ts'

const messages = 100_000
const messageBytes = 1_000
const flagged = 600
const expunged = 400
const login = 'traveller'

const logIn = async (target: Target): Promise<ImapClient> => {
  const client = await openImap(target.imap.port)
  await client.run(`LOGIN ${target.loginOf(login)}`)
  await client.run('ENABLE QRESYNC')
  return client
}

interface Known {
  readonly uidValidity: string
  readonly modSeq: string
}

const knownOf = async (target: Target): Promise<Known> => {
  using client = await logIn(target)
  const { text } = await client.run('SELECT INBOX', { keep: true })
  return { uidValidity: /UIDVALIDITY (\d+)/.exec(text)?.[1] ?? '', modSeq: /HIGHESTMODSEQ (\d+)/.exec(text)?.[1] ?? '' }
}

const fill = async (target: Target): Promise<void> => {
  const jobs = Array.from({ length: messages }, (_, number) => ({ forwardPath: target.addressOf(login), message: generatedMail(number, messageBytes) }))
  await deliver({ ...target.entry, sessions: 4, reversePath: 'bench@peer.example', jobs })
}

/** Spread over the mailbox, so that nothing comes in one piece. */
const change = async (target: Target): Promise<void> => {
  using client = await logIn(target)
  await client.run('SELECT INBOX')
  const step = Math.floor(messages / (flagged + expunged))
  const uids = Array.from({ length: flagged + expunged }, (_, at) => 1 + at * step)
  await client.run(`UID STORE ${uids.slice(0, flagged).join(',')} +FLAGS.SILENT (\\Flagged)`)
  await client.run(`UID STORE ${uids.slice(flagged).join(',')} +FLAGS.SILENT (\\Deleted)`)
  await client.run('EXPUNGE')
}

const resynchronised = async (target: Target, { uidValidity, modSeq }: Known): Promise<number> => {
  using client = await logIn(target)
  return (await client.run(`SELECT INBOX (QRESYNC (${uidValidity} ${modSeq}))`)).seconds
}

export const resync: RowGroup = {
  name: 'resync',
  about: 'QRESYNC after 1,000 changes in a mailbox of 100,000 messages',
  long: true,
  async measure(bench) {
    await bench.plant([login])
    const known = new Map<string, Known>()
    for (const target of imapTargets(bench)) {
      await fill(target)
      known.set(target.name, await knownOf(target))
      await change(target)
    }
    const name = `SELECT (QRESYNC) after ${(flagged + expunged).toLocaleString('en')} changes, ${messages.toLocaleString('en')} messages`
    return [await rowOf(bench, { name, unit: 's', more: false }, (target) =>
      medianOf(bench.rounds, () => resynchronised(target, known.get(target.name) ?? { uidValidity: '', modSeq: '' })))]
  },
}
