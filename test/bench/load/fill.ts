/** Fills the mailboxes that are measured, once a run. */
import { bigLogin, type Bench } from '../bench.ts'
import { generatedMail, newsletter, variedMail } from '../mails.ts'
import type { Target } from '../target.ts'
import { deliver } from './deliver.ts'
import { openImap, type ImapClient } from './imap.ts'

/** The one large mailbox: 2 to 28 KB a message, 15 KB on average. */
export const fillLarge = async ({ mailbox, say }: Bench, target: Target): Promise<void> => {
  using client = await openImap(target.imap.port)
  await client.run(`LOGIN ${target.loginOf(bigLogin)}`)
  const { text } = await client.run('STATUS INBOX (MESSAGES)', { keep: true })
  const present = Number(/MESSAGES (\d+)/.exec(text)?.[1] ?? 0)
  if (present >= mailbox) return
  const jobs = Array.from({ length: mailbox - present }, (_, at) => ({
    forwardPath: target.addressOf(bigLogin),
    message: generatedMail(present + at, 2_000 + ((present + at) % 27) * 1_000),
  }))
  const { accepted } = await deliver({ ...target.entry, sessions: 4, reversePath: 'bench@peer.example', jobs })
  say(`${target.name}: mailbox of ${present + accepted} messages filled`)
}

/** MULTIAPPEND (RFC 3502): as many as one command takes. */
const perAppend = 100

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const dateTime = (ms: number): string => {
  const [date = '', time = ''] = new Date(ms).toISOString().split('T')
  const [year, month, day] = date.split('-')
  return `${day}-${months[Number(month) - 1]}-${year} ${time.slice(0, 8)} +0000`
}

interface Kept {
  readonly sentMs: number
  /** ASCII. */
  readonly mail: Buffer
}

const messagesIn = async (client: ImapClient, mailbox: string): Promise<number> => {
  const { text } = await client.run(`STATUS ${mailbox} (MESSAGES)`, { keep: true })
  return Number(/MESSAGES (\d+)/.exec(text)?.[1] ?? 0)
}

/** What is there already stays. Ends early when the time is over; says how many there are then. */
const appendAll = async (client: ImapClient, mailbox: string, count: number, make: (number: number) => Kept, secondsMax: number): Promise<number> => {
  const begun = performance.now()
  let there = await messagesIn(client, mailbox)
  while (there < count && performance.now() - begun < secondsMax * 1_000) {
    const mails = Array.from({ length: Math.min(perAppend, count - there) }, (_, at) => make(there + at))
    const items = mails.map(({ sentMs, mail }) => `(\\Seen) "${dateTime(sentMs)}" {${mail.length}+}\r\n${mail.toString('latin1')}`)
    await client.run(`APPEND ${mailbox} ${items.join(' ')}`)
    there += mails.length
  }
  return there
}

/** One mail each, near the older end, so that the whole mailbox has to be looked through. */
export const rareWords = { latin: { words: 'quixotism', at: 4_711 }, japanese: { words: '鯨飲馬食', at: 4_713 } } as const

const rareIn = (number: number): string => Object.values(rareWords).find(({ at }) => at === number)?.words ?? ''

/** Mail of years: 1 to 4 KB a message with a language's many words. */
export const fillArchive = async ({ say }: Pick<Bench, 'say'>, target: Target, login: string, count: number, secondsMax: number): Promise<void> => {
  using client = await openImap(target.imap.port)
  await client.run(`LOGIN ${target.loginOf(login)}`)
  const make = (number: number): Kept => ({
    sentMs: Date.UTC(2026, 0, 1) + number * 61_000,
    mail: variedMail(number, 1_000 + (number % 7) * 500, rareIn(number)),
  })
  const there = await appendAll(client, 'INBOX', count, make, secondsMax)
  if (there < count) throw new Error(`${target.name}: ${there} of ${count} messages filled within ${secondsMax} s`)
  say(`${target.name}: archive of ${there} messages filled`)
}

export const fillNewsletters = async ({ ours }: Pick<Bench, 'ours'>, login: string, mailbox: string): Promise<void> => {
  using client = await openImap(ours.imap.port)
  await client.run(`LOGIN ${ours.loginOf(login)}`)
  const { text } = await client.run(`LIST "" ${mailbox}`, { keep: true })
  if (!text.includes('* LIST')) await client.run(`CREATE ${mailbox}`)
  await client.run(`SUBSCRIBE ${mailbox}`)
  await appendAll(client, mailbox, 60, (number) => ({ sentMs: Date.UTC(2026, 3, 1) + number * 3_600_000, mail: newsletter(number) }), 60)
}
