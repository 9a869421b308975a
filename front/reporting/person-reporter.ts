/**
 * What people say of their mail (`saying.ts`) reaches somebody, whatever protocol they say it by: `watch` hears of it in pseudonyms, and
 * the ISP sees counts. Nothing waits for it, and nothing of a message but its author's domain is told.
 */
import type { AccountHandle, MessageId } from '@bulkhead/base/ids.ts'
import type { Clock } from '@bulkhead/base/clock.ts'
import type { Log } from '@bulkhead/base/log.ts'
import type { Meter } from '@bulkhead/base/meter.ts'
import type { Pseudonym } from '@bulkhead/base/pseudonym.ts'
import type { WatchEvent } from '@bulkhead/door/contracts/watch.ts'
import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import { domainName } from '@bulkhead/mail/address/domain.ts'
import type { PersonReport, PersonReports, PersonSaying, Saying } from '@bulkhead/mail/ports/person-reports.ts'
import { mailboxesIn } from '@bulkhead/wire/mime/address-list.ts'
import { decodedWords } from '@bulkhead/wire/mime/encoded-word.ts'
import { firstField, headerFields } from '@bulkhead/wire/mime/header.ts'
import type { MessageIndex } from '@bulkhead/wire/mime/message-index.ts'

export interface Said {
  readonly message: MessageId
  readonly says: Saying
}

export interface PersonReporter {
  /** Never rejects, and is not waited for. What is noted first is counted first. */
  note(account: MailAccount, said: readonly Said[]): void
}

/** Where nobody listens. */
export const unheard: PersonReporter = { note: () => undefined }

export interface PersonReporterPorts {
  readonly reports: PersonReports
  readonly pseudonym: Pseudonym
  readonly clock: Clock
  readonly log: Log
  readonly meter: Meter
  tell(event: Omit<WatchEvent, 'at'>): void
}

/** Messages of one change that are looked at: who marks a mailbox of thousands tells nothing more by the rest. */
export const messagesMax = 250
/** Of one account in an hour: a captured one must not make a wave by itself. */
export const reportsPerHourMax = 500
const accountsMax = 10_000
/** Changes that wait for those before them. */
const waitingMax = 1_000
const hourMs = 3_600_000
/** Groups of one change that are told one by one. */
const groupsMax = 20
const fromCharsMax = 1_000
const subjectCharsMax = 200

const nobody = '-'

const domainOf = ({ header }: MessageIndex): string => {
  const [author] = mailboxesIn((firstField(header, headerFields(header), 'from') ?? '').slice(0, fromCharsMax))
  return author === undefined || author.host === null ? nobody : (domainName(author.host) ?? nobody)
}

/** Mailings differ in numbers and names of their readers; what is left of the subject is the same. */
const likeness = ({ header }: MessageIndex): string => {
  const subject = decodedWords(firstField(header, headerFields(header), 'subject') ?? '').normalize('NFKC').toLowerCase()
  return subject.slice(0, subjectCharsMax).replaceAll(/[\d\s\p{P}]+/gu, ' ').trim()
}

/** How many an account may still report in this hour. */
const hourly = (clock: Clock) => {
  const spent = new Map<AccountHandle, { readonly hour: number; count: number }>()
  return (account: AccountHandle, wanted: number): number => {
    const hour = Math.floor(clock.now() / hourMs)
    const present = spent.get(account)
    const now = present?.hour === hour ? present : { hour, count: 0 }
    const granted = Math.max(0, Math.min(wanted, reportsPerHourMax - now.count))
    now.count += granted
    spent.delete(account)
    spent.set(account, now)
    const [oldest] = spent.keys()
    if (spent.size > accountsMax && oldest !== undefined) spent.delete(oldest)
    return granted
  }
}

/** In the order given; what has gone meanwhile is left out. */
const sayingsOf = async (pseudonym: Pseudonym, account: MailAccount, said: readonly Said[]): Promise<readonly PersonSaying[]> => {
  const markOf = ({ message }: Said): string => pseudonym(`saying ${account.account} ${message}`)
  const takenBack = said.filter(({ says }) => says === 'nothing').map((one) => ({ mark: markOf(one), says: one.says, domain: '', campaign: '' }))
  const told = said.filter(({ says }) => says !== 'nothing')
  const found: PersonSaying[] = []
  let at = 0
  for await (const indexes of account.indexBatches(told.map(({ message }) => message), ['header'])) {
    for (const index of indexes) {
      const one = told[at]
      at += 1
      if (index === undefined || one === undefined) continue
      const domain = domainOf(index)
      found.push({ mark: markOf(one), says: one.says, domain, campaign: pseudonym(`campaign ${domain} ${likeness(index)}`) })
    }
  }
  return [...takenBack, ...found]
}

/** Most first. */
const grouped = (sayings: readonly PersonSaying[]): readonly PersonReport[] => {
  const groups = new Map<string, PersonReport>()
  for (const { says: kind, domain, campaign } of sayings) {
    if (kind === 'nothing') continue
    const key = `${kind} ${domain} ${campaign}`
    groups.set(key, { kind, domain, campaign, count: (groups.get(key)?.count ?? 0) + 1 })
  }
  return [...groups.values()].toSorted((one, other) => other.count - one.count)
}

export const personReporter = ({ reports, pseudonym, clock, log, meter, tell }: PersonReporterPorts): PersonReporter => {
  const [grant, grantBack] = [hourly(clock), hourly(clock)]
  const granted = (account: AccountHandle, said: readonly Said[]): readonly Said[] => {
    const { back = [], forth = [] } = Object.groupBy(said.slice(0, messagesMax), ({ says }) => (says === 'nothing' ? 'back' : 'forth'))
    return [...back.slice(0, grantBack(account, back.length)), ...forth.slice(0, grant(account, forth.length))]
  }
  const noted = async (account: MailAccount, said: readonly Said[]): Promise<void> => {
    const sayings = await sayingsOf(pseudonym, account, said)
    if (sayings.length === 0) return
    const isNew = await reports.say(sayings)
    const told = sayings.filter((_, at) => isNew[at] === true)
    for (const { says } of told) meter.count('mailroom_person_reports', 1, { kind: says === 'nothing' ? 'takenBack' : says })
    for (const { kind, domain, campaign, count } of grouped(told).slice(0, groupsMax)) {
      tell({ kind: 'mailroom.report', subject: account.account, outcome: `${kind}: ${pseudonym(`domain ${domain}`)} ${campaign} ${count}` })
    }
  }
  let waiting = 0
  let turn = Promise.resolve()
  return {
    note(account, said) {
      const wanted = granted(account.account, said)
      if (wanted.length === 0 || waiting >= waitingMax) return
      waiting += 1
      // One after the other, or what was taken back would be counted after it.
      turn = turn.then(() => noted(account, wanted)).catch((error: unknown) => log.error('reportNotCounted', error)).finally(() => void (waiting -= 1))
    },
  }
}
