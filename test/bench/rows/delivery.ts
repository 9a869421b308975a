/** Durable delivery: 10 KB messages over 10 parallel sessions to 10 accounts, until all are in the mailboxes. */
import { setTimeout as sleep } from 'node:timers/promises'
import { deliver } from '../load/deliver.ts'
import { openImap } from '../load/imap.ts'
import { generatedMail } from '../mails.ts'
import { logins, medianOf, type RowGroup } from '../bench.ts'
import type { Target } from '../target.ts'

const waitMs = 120_000

const countOf = async (target: Target, login: string): Promise<number> => {
  using client = await openImap(target.imap.port)
  await client.run(`LOGIN ${target.loginOf(login)}`)
  const { text } = await client.run('STATUS INBOX (MESSAGES)', { keep: true })
  return Number(/MESSAGES (\d+)/.exec(text)?.[1] ?? 0)
}

const totalOf = async (target: Target): Promise<number> => {
  let total = 0
  for (const login of logins) total += await countOf(target, login)
  return total
}

/** Messages a second, counted to the moment the last one is in its mailbox. */
export const deliveryRate = async (target: Target, messages: number, mailOf = (number: number): Buffer => generatedMail(number, 10_240)): Promise<number> => {
  const before = await totalOf(target)
  const jobs = Array.from({ length: messages }, (_, number) => ({
    forwardPath: target.addressOf(logins[number % logins.length] ?? ''),
    message: mailOf(number),
  }))
  const begun = performance.now()
  const { accepted, refused } = await deliver({ ...target.entry, sessions: 10, reversePath: 'bench@peer.example', jobs })
  if (accepted !== messages) throw new Error(`${target.name} accepted ${accepted} of ${messages}: ${refused[0] ?? ''}`)
  for (let seconds = (performance.now() - begun) / 1000; ; seconds = (performance.now() - begun) / 1000) {
    const arrived = (await totalOf(target)) - before
    if (arrived >= messages) return messages / seconds
    if (seconds * 1000 > waitMs) throw new Error(`${target.name}: ${arrived} of ${messages} arrived`)
    await sleep(20)
  }
}

export const delivery: RowGroup = {
  name: 'delivery',
  about: 'durable delivery of 10 KB messages over 10 parallel sessions, into mailboxes',
  async measure({ ours, peers, messages, rounds, say }) {
    const of = async (target: Target): Promise<number> => {
      const value = await medianOf(rounds, () => deliveryRate(target, messages))
      say(`delivery, ${target.name}: ${Math.round(value)} messages/s`)
      return value
    }
    return [{
      name: 'durable delivery, 10 KB, 10 sessions, into mailboxes',
      unit: 'messages/s',
      more: true,
      ours: await of(ours),
      peers: peers === undefined ? {} : { [peers.postfix.name]: await of(peers.postfix), [peers.dovecot.name]: await of(peers.dovecot) },
    }]
  },
}
