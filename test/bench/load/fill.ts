/** Fills the one large mailbox, once a run: 2 to 28 KB a message, 15 KB on average. */
import { bigLogin, type Bench } from '../bench.ts'
import { generatedMail } from '../mails.ts'
import type { Target } from '../target.ts'
import { deliver } from './deliver.ts'
import { openImap } from './imap.ts'

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
