/**
 * A notice of the ISP to its people: one account, or a page of all of them. Nobody's address is opened: accounts are known by their
 * handles, the message names none of them, and intake files it under the signature that makes it a notice.
 */
import { Fault } from '@bulkhead/base/fault.ts'
import { accountHandle } from '@bulkhead/base/ids.ts'
import { BadAsk, oneOf, textOf, wholeOf } from '@bulkhead/door/ask.ts'
import { noticeRecipientsMax, type NoticeFate } from '@bulkhead/door/contracts/notice.ts'
import { answered, refused } from '@bulkhead/door/verbs.ts'
import { noticeFlaw, noticeLanguages, noticeTextMax } from '@bulkhead/mail/reading/notice-message.ts'
import { lookUp, type DirectoryLine } from '../accounts.ts'
import { addressOf, reasonOf } from '../ask.ts'
import type { Desk, DeskVerb } from '../desk.ts'
import { deliverNotice, type Wanted } from '../notice-delivery.ts'

type Ask = Readonly<Record<string, unknown>>

const idPattern = /^[A-Za-z0-9-]{8,64}$/
const subjectBytesMax = 1_000

const wantedOf = (ask: Ask): Wanted | undefined => {
  const id = textOf(ask, 'notice', 64)
  if (!idPattern.test(id)) throw new BadAsk('notice')
  const [subject, text] = [textOf(ask, 'subject', subjectBytesMax), textOf(ask, 'text', noticeTextMax)]
  const from = ask['from'] === '' ? '' : addressOf(ask, 'from')?.address
  if (from === undefined || noticeFlaw({ subject, text }) !== undefined) return undefined
  const language = oneOf(ask, 'language', noticeLanguages)
  return { id, subject, text, language, atMs: wholeOf(ask, 'atMs', 0, Number.MAX_SAFE_INTEGER), from: from === '' ? undefined : from }
}

interface Page {
  readonly lines: readonly Pick<DirectoryLine, 'account' | 'state' | 'brand'>[]
  readonly next: string | null
}

const pageOf = async ({ directory }: Desk, ask: Ask): Promise<Page> => {
  const after = ask['after'] === null ? null : accountHandle(textOf(ask, 'after', 36))
  if (after === undefined) throw new BadAsk('after')
  const lines = await directory.list(after, noticeRecipientsMax)
  const brand = textOf(ask, 'brand', 64)
  const wanted = lines.filter((line) => line.state !== 'cancelled' && (brand === '' || line.brand === brand))
  return { lines: wanted, next: lines.length < noticeRecipientsMax ? null : (lines.at(-1)?.account ?? null) }
}

export const noticeSend: DeskVerb<'noticeSend'> = async (desk, ask) => {
  const reason = reasonOf(ask)
  if (reason === '') throw new BadAsk('reason')
  const wanted = wantedOf(ask)
  if (wanted === undefined) return refused('badNotice')
  if (desk.intake === null) return refused('notRunning')
  const one = ask['to'] === null ? undefined : await lookUp(desk, ask, 'to')
  if (one?.is === 'refused') return one
  const page: Page = one === undefined ? await pageOf(desk, ask) : { lines: [one.line], next: null }
  const about = one === undefined ? {} : { about: one.line.account }
  if (!desk.noticePace.take(page.lines.length)) return { ...refused('overBudget'), why: reason, ...about }
  const fates = page.lines.length === 0 ? [] : await deliverNotice(desk, wanted, page.lines).catch((error: unknown) => {
    if (error instanceof Fault && error.code === 'doorAway') return undefined
    throw error
  })
  if (fates === undefined) return { ...refused('notRunning'), why: reason, ...about }
  const count = (fate: NoticeFate): number => fates.filter((other) => other === fate).length
  const counts = { stored: count('stored'), overQuota: count('overQuota'), gone: count('gone'), away: count('away') }
  return { ...answered({ ...counts, next: page.next }), why: `notice ${wanted.id} to ${counts.stored}: ${reason}`, ...about }
}
