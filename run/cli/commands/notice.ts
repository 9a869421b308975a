/** `notice`: what the ISP tells its people, marked in the webmail as no mail from outside can mark itself. */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from 'commander'
import type { DeskVerbs } from '@bulkhead/door/contracts/desk.ts'
import { noticeLanguages, noticeTextMax } from '@bulkhead/mail/reading/notice-message.ts'
import { CannotDo, common, say, show, type CommonOptions } from '../context.ts'
import { wholeFrom } from '../measures.ts'
import { granted } from '../refusal-text.ts'
import { withIsp, type Desk } from '../session.ts'

type Ask = DeskVerbs['noticeSend']['ask']
type Answer = DeskVerbs['noticeSend']['answer']

interface NoticeOptions extends CommonOptions {
  readonly isp: string
  readonly to?: string
  readonly all?: boolean
  readonly brand?: string
  readonly from?: string
  readonly subject: string
  readonly text: string
  readonly language: string
  readonly reason: string
  readonly rate: string
  readonly continue?: string
}

const perSecondDefault = 100
const perSecondMax = 200
const pageMax = 100
const waitMs = 1_000
/** Pages that the platform may put off in a row, and pages with mailboxes that could not be written now. */
const triesMax = 60

const textFrom = (file: string): string => {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch {
    throw new CannotDo(`${file} can't be read; name a file with the text in UTF-8, or - for standard input`)
  }
}

const placePattern = /^([A-Za-z0-9-]{8,64}):([0-9a-f-]{36})?$/

/** `ID:HANDLE`: which notice, and the last account that was looked at. */
const placeFrom = (text: string | undefined): Pick<Ask, 'notice' | 'after'> => {
  if (text === undefined) return { notice: randomUUID(), after: null }
  const [, notice, after] = placePattern.exec(text) ?? []
  if (notice === undefined) throw new CannotDo('--continue takes what an interrupted notice send printed')
  return { notice, after: after ?? null }
}

const askFrom = (options: NoticeOptions): Ask => {
  const { to, all, brand, from, subject, language, reason } = options
  if ((to === undefined) === (all !== true)) throw new CannotDo('say --to ADDRESS for one person, or --all for everybody')
  const known = noticeLanguages.find((one) => one === language)
  if (known === undefined) throw new CannotDo(`--language is one of ${noticeLanguages.join(', ')}`)
  const text = textFrom(options.text)
  if (text.length > noticeTextMax) throw new CannotDo(`the text is longer than ${noticeTextMax} characters`)
  const place = placeFrom(options.continue)
  return { ...place, to: to ?? null, brand: brand ?? '', from: from ?? '', subject, text, language: known, atMs: Date.now(), reason }
}

const none = { stored: 0, overQuota: 0, gone: 0, away: 0 }
type Totals = typeof none

const added = (totals: Totals, page: Answer): Totals =>
  ({ stored: totals.stored + page.stored, overQuota: totals.overQuota + page.overQuota, gone: totals.gone + page.gone, away: totals.away + page.away })

/** A page again until each of its mailboxes could be written, or it is plain that something is wrong: who has it gets no second one. */
const sendPage = async (desk: Desk, ask: Ask): Promise<Answer> => {
  for (let tries = 1; ; tries += 1) {
    const reply = await desk.ask('noticeSend', ask)
    const again = reply.is === 'refused' ? reply.refusal === 'overBudget' : reply.answer.away > 0
    if (!again || tries >= triesMax) return granted('notice', reply)
    await sleep(waitMs)
  }
}

const sendAll = async (desk: Desk, first: Ask, perSecond: number): Promise<Totals> => {
  let totals: Totals = none
  for (let ask = first; ; ) {
    const beganMs = Date.now()
    try {
      const page = await sendPage(desk, ask)
      totals = added(totals, page)
      if (page.next === null) return totals
      ask = { ...ask, after: page.next }
    } catch (error) {
      process.stderr.write(`stopped after ${totals.stored}; go on with the same command and: --continue ${ask.notice}:${ask.after ?? ''}\n`)
      throw error
    }
    await sleep(Math.max(0, (pageMax / perSecond) * 1_000 - (Date.now() - beganMs)))
  }
}

const linesOf = ({ stored, overQuota, gone, away }: Totals, id: string): readonly string[] => [
  `notice ${id}: in ${stored} mailbox${stored === 1 ? '' : 'es'}`,
  ...(overQuota === 0 ? [] : [`${overQuota} full and did not take it`]),
  ...(gone === 0 ? [] : [`${gone} closed meanwhile`]),
  ...(away === 0 ? [] : [`${away} could not be written now; repeat with --continue ${id}:`]),
]

export const registerNotice = (program: Command): void => {
  const notice = program.command('notice').description('what the ISP tells its people, marked as mail from outside can not be')
  common(notice.command('send').description('put an official notice into the INBOX of one person or of all')
    .requiredOption('--isp <isp>', 'whose people')
    .option('--to <address>', 'one person')
    .option('--all', 'everybody, page by page')
    .option('--brand <brand>', 'with --all: only this brand\'s people')
    .option('--from <address>', 'whom it is from (default: the first address in brand look --official, else postmaster)')
    .requiredOption('--subject <text>', 'one line')
    .requiredOption('--text <file>', 'plain text in UTF-8; - for standard input')
    .option('--language <language>', `${noticeLanguages.join(' or ')}: of the text`, 'ja')
    .requiredOption('--reason <text>', 'why; goes to the ledger')
    .option('--rate <n>', `mailboxes a second, at most ${perSecondMax}`, String(perSecondDefault))
    .option('--continue <place>', 'where an interrupted one stopped, as it printed'))
    .action((options: NoticeOptions) => {
      const ask = askFrom(options)
      const perSecond = wholeFrom(options.rate, '--rate', 1, perSecondMax)
      return withIsp(options, options.isp, async ({ desk }) => {
        if (options.json !== true) say(`notice ${ask.notice}`)
        const totals = await sendAll(desk, ask, perSecond)
        show(options, { notice: ask.notice, ...totals }, linesOf(totals, ask.notice))
      })
    })
}
