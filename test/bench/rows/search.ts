/**
 * SEARCH of texts, SORT and THREAD in the large mailbox. Two thirds of its mails are Latin and a third Japanese, in base64.
 * *Common*: nearly every mail of its language holds it. *Phrase*: every word is common, in this order they are in a few mails.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { bigLogin, medianOf, rowOf, type RowGroup } from '../bench.ts'
import { fillLarge } from '../load/fill.ts'
import { openImap } from '../load/imap.ts'

interface Question {
  readonly command: string
  /** Sent behind it as a literal. */
  readonly text?: string
}

const body = 'SEARCH CHARSET UTF-8 BODY'
const phrase = Array.from({ length: 5 }, () => 'harbour').join(' ')

const questions = {
  'SEARCH FROM, one in a hundred': { command: 'SEARCH FROM sender13@' },
  'SEARCH TEXT, Latin, one': { command: 'SEARCH TEXT bench.4711@' },
  'SEARCH BODY, Latin, common': { command: body, text: 'quarterly' },
  'SEARCH BODY, Latin, phrase': { command: body, text: phrase },
  'SEARCH RETURN (MIN) BODY, Latin, phrase': { command: body.replace('SEARCH', 'SEARCH RETURN (MIN)'), text: phrase },
  'SEARCH BODY, Latin, absent': { command: body, text: 'quixotic zebra' },
  'SEARCH BODY, Japanese, common': { command: body, text: '請求書' },
  'SEARCH BODY, Japanese, one character, common': { command: body, text: '港' },
  'SEARCH BODY, Japanese, phrase': { command: body, text: Array.from({ length: 4 }, () => '請求書').join('、') },
  'SEARCH BODY, Japanese, one character, absent': { command: body, text: '鯨' },
  'SORT (DATE)': { command: 'SORT (DATE) UTF-8 ALL' },
  'SORT (SUBJECT)': { command: 'SORT (SUBJECT) UTF-8 ALL' },
  'THREAD REFERENCES': { command: 'THREAD REFERENCES UTF-8 ALL' },
} as const satisfies Record<string, Question>

/** Behind the filling servers tidy up. */
const tidyMs = 15_000

export const search: RowGroup = {
  name: 'search',
  about: 'SEARCH of texts, SORT and THREAD in a large mailbox',
  async measure(bench) {
    for (const target of bench.peers === undefined ? [bench.ours] : [bench.ours, bench.peers.dovecot]) await fillLarge(bench, target)
    await sleep(tidyMs)
    const rows = []
    for (const [name, { command, ...more }] of Object.entries<Question>(questions)) {
      const literal = more.text === undefined ? {} : { literal: Buffer.from(more.text) }
      rows.push(await rowOf(bench, { name: `${name}, ${bench.mailbox} messages`, unit: 's', more: false }, async (target) => {
        using client = await openImap(target.imap.port)
        await client.run(`LOGIN ${target.loginOf(bigLogin)}`)
        await client.run('SELECT INBOX')
        return await medianOf(bench.rounds, async () => (await client.run(command, literal)).seconds)
      }))
    }
    return rows
  },
}
