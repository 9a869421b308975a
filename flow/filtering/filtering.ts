/**
 * The stage behind judging: a person's filters, then forwarding, then the vacation answer (`ruled.ts`), asked once for each
 * account that has rules, and carried out when its copy is stored. What is sent is in the queue before the sender has its
 * answer; where it can't be, the sender comes again, and journals know what they have.
 */
import { createHmac } from 'node:crypto'
import type { Clock } from '@bulkhead/base/clock.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { Log } from '@bulkhead/base/log.ts'
import type { Meter } from '@bulkhead/base/meter.ts'
import type { Pseudonym } from '@bulkhead/base/pseudonym.ts'
import type { Secret } from '@bulkhead/base/secret.ts'
import { canonicalAddress } from '@bulkhead/mail/address/address.ts'
import type { QueueWriter } from '@bulkhead/mail/ports/queue.ts'
import { markBytes, type RulesReader } from '@bulkhead/mail/ports/rules.ts'
import { sealQueued, type ToQueue } from '@bulkhead/mail/queue/record.ts'
import type { DomainSigner } from '@bulkhead/mail/dkim/domain-signer.ts'
import type { Sealing } from '@bulkhead/seal/sealing.ts'
import type { DuplicateQuestion, SieveMessage, SieveScores } from '@bulkhead/wire/sieve/message.ts'
import { encodeAddress } from '@bulkhead/wire/smtp/path.ts'
import type { Recipient, Transaction } from '../reception/session.ts'
import { unanswerable } from './answerable.ts'
import { noticeToQueue, redirected, vacationToQueue } from './outgoing.ts'
import { inInbox, notSentOn, ruled, type Arrived, type Ruled } from './ruled.ts'
import type { RuleBook, UsableRules } from './rule-book.ts'

export interface FilteringPorts {
  readonly rules: RulesReader
  readonly book: RuleBook
  readonly queue: QueueWriter
  readonly queuePublicKey: Uint8Array
  readonly sealing: Sealing
  readonly signer: DomainSigner
  readonly clock: Clock
  readonly log: Log
  readonly meter: Meter
  readonly pseudonym: Pseudonym
  readonly markKey: Secret<Uint8Array>
}

export interface FilteredMail {
  readonly id: string
  readonly atMs: number
  readonly hostName: string
  readonly transaction: Transaction
  /** As it is sent on: the text that came. */
  readonly message: Buffer
  /** Our Received field of it. */
  readonly received: string
  viewFor(recipient: Recipient): SieveMessage
  scoresFor(recipient: Recipient): SieveScores
}

/** What a person's rules make of a message, and what is needed to carry it out. */
export interface RuledFor {
  readonly recipient: Recipient
  readonly usable: UsableRules
  readonly view: SieveMessage
  readonly ruled: Ruled
}

export interface Filtering {
  /** For those that have rules, as saved last. Rejects where the directory is away. */
  decide(mail: FilteredMail, recipients: readonly Recipient[]): Promise<ReadonlyMap<AccountHandle, RuledFor>>
  /** `suspect`: nobody is answered. `seal`: an ARC set for what is sent on. False where something could not be queued. */
  carryOut(mail: FilteredMail, one: RuledFor, how: { readonly suspect: boolean; readonly seal: string }): Promise<boolean>
}

/** Messages that one account sends on, or answers, within an hour; what is more stays in its INBOX unanswered. */
export const sentOnPerHourMax = 300

const addressOf = ({ forwardPath }: Recipient): string => canonicalAddress(encodeAddress(forwardPath)) ?? encodeAddress(forwardPath).toLowerCase()

const kept = (why: string): Ruled =>
  ({ filings: [inInbox], rejects: null, sentOn: [], vacation: null, notifications: [], asked: [], facts: { filters: `failed: ${why}` } })

const idOf = ({ handle, id }: DuplicateQuestion): string => JSON.stringify([handle, id])

export const filtering = (ports: FilteringPorts): Filtering => {
  const { rules, book, clock, log, meter, markKey } = ports
  const markOf = (kind: 'seen' | 'answered', account: AccountHandle, text: string): Buffer =>
    createHmac('sha256', markKey.declassify()).update(`${kind}\0${account}\0${text}`).digest().subarray(0, markBytes)

  /** Which of these ids were seen. */
  const seenOf = async (account: AccountHandle, asked: readonly DuplicateQuestion[]): Promise<ReadonlySet<string>> => {
    const answers = await Promise.all(asked.map((question) => rules.isMarked(account, markOf('seen', account, idOf(question)))))
    return new Set(asked.filter((_, at) => answers[at]).map(idOf))
  }

  /** Questions about ids are asked after a first run, which takes them as new; only where one is not it runs again. */
  const ruledWith = async (usable: UsableRules, arrived: Omit<Arrived, 'seen'>, account: AccountHandle): Promise<Ruled> => {
    const first = ruled(usable, { ...arrived, seen: () => undefined })
    if (first.asked.length === 0) return first
    const seen = await seenOf(account, first.asked)
    return seen.size === 0 ? first : ruled(usable, { ...arrived, seen: (question) => seen.has(idOf(question)) })
  }

  const decideFor = async (mail: FilteredMail, recipient: Recipient, usable: UsableRules): Promise<RuledFor> => {
    const { account, forwardPath } = recipient
    const view = mail.viewFor(recipient)
    const arrived = {
      message: view, scores: mail.scoresFor(recipient),
      reversePath: mail.transaction.reversePath, forwardPath: encodeAddress(forwardPath), address: addressOf(recipient),
      nowMs: clock.now(), hostName: mail.hostName,
    }
    try {
      const decided = await ruledWith(usable, arrived, account)
      const within = decided.sentOn.length === 0 || (await rules.countSentOn(account, decided.sentOn.length, sentOnPerHourMax))
      meter.count('intake_filtered', 1, { outcome: decided.facts['filters']?.split(':')[0] ?? 'kept' })
      return { recipient, usable, view, ruled: within ? decided : notSentOn(decided) }
    } catch (error) {
      log.error('rulesFailed', error, { id: mail.id })
      return { recipient, usable, view, ruled: kept('fault') }
    }
  }

  const enqueue = (mail: ToQueue): Promise<void> => ports.queue.enqueue(sealQueued(ports.sealing, ports.queuePublicKey, mail))

  const sendOn = async (mail: FilteredMail, { recipient, ruled: { sentOn } }: RuledFor, seal: string): Promise<void> => {
    if (sentOn.length === 0) return
    const onward = redirected({ ...mail, recipient, to: sentOn, seal, sender: ports.pseudonym(recipient.account) })
    for (const each of onward) await enqueue(each)
    meter.count('intake_sent_on', sentOn.length)
  }

  const answer = async (mail: FilteredMail, { recipient, usable, view, ruled: { vacation } }: RuledFor, suspect: boolean): Promise<void> => {
    if (vacation === null) return
    const { reversePath } = mail.transaction
    const address = addressOf(recipient)
    const own = new Set([address, ...usable.rules.own, ...vacation.addresses.flatMap((each) => canonicalAddress(each) ?? [])])
    if (unanswerable({ message: view, reversePath, own, suspect }) !== undefined) return
    const mark = markOf('answered', recipient.account, `${vacation.handle}\0${canonicalAddress(reversePath) ?? reversePath.toLowerCase()}`)
    if (vacation.atLeastSeconds > 0 && !(await rules.mark(recipient.account, mark, vacation.atLeastSeconds, false))) return
    if (!(await rules.countSentOn(recipient.account, 1, sentOnPerHourMax))) return
    const away = { vacation, own, view, recipient, address, to: reversePath, atMs: clock.now(), sender: ports.pseudonym(recipient.account) }
    await enqueue(await vacationToQueue({ signer: ports.signer, log }, away))
    meter.count('intake_vacation_answers')
  }

  /** It counts as what is sent on. One who answers for a list or a machine is told of as well: that is what it is for. */
  const tell = async ({ recipient, view, ruled: { notifications } }: RuledFor, suspect: boolean): Promise<void> => {
    if (suspect) return
    for (const notification of notifications) {
      if (!(await rules.countSentOn(recipient.account, notification.to.length, sentOnPerHourMax))) return
      for (const to of notification.to) {
        const told = { notification, view, recipient, address: addressOf(recipient), to, atMs: clock.now(), sender: ports.pseudonym(recipient.account) }
        await enqueue(await noticeToQueue({ signer: ports.signer, log }, told))
      }
      meter.count('intake_notifications', notification.to.length)
    }
  }

  return {
    async decide(mail, recipients) {
      const versions = await rules.versionsOf(recipients.map(({ account }) => account))
      const decided = new Map<AccountHandle, RuledFor>()
      for (const recipient of recipients) {
        const version = versions.get(recipient.account)
        if (version === undefined) continue
        const usable = await book.of(recipient.account, version)
        if (usable === undefined) continue
        decided.set(recipient.account, await decideFor(mail, recipient, usable))
        // One person's long script keeps no other session waiting for the next one's.
        await new Promise((resolve) => setImmediate(resolve))
      }
      return decided
    },

    async carryOut(mail, one, { suspect, seal }) {
      const { account } = one.recipient
      try {
        await sendOn(mail, one, seal)
        for (const question of one.ruled.asked) await rules.mark(account, markOf('seen', account, idOf(question)), question.seconds, question.last)
      } catch (error) {
        log.error('notSentOn', error, { id: mail.id })
        return false
      }
      // Nobody's mail is worth less for an answer that was not written.
      await answer(mail, one, suspect).catch((error: unknown) => log.error('notAnswered', error, { id: mail.id }))
      await tell(one, suspect).catch((error: unknown) => log.error('notTold', error, { id: mail.id }))
      return true
    },
  }
}
