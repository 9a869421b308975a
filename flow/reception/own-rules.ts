/** Where reception meets the rules of its recipients (`flow/filtering/`): who has some, what they see, what becomes of it. */
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import { headerFields, type HeaderField } from '@bulkhead/wire/mime/header.ts'
import { indexMessage } from '@bulkhead/wire/mime/indexer.ts'
import { sieveMessage } from '@bulkhead/wire/sieve/message-view.ts'
import { reply, type Reply } from '@bulkhead/wire/smtp/reply.ts'
import { renamedFields } from '@bulkhead/wire/trace/header-edit.ts'
import type { FilteredMail, Filtering, RuledFor } from '../filtering/filtering.ts'
import { inInbox, type Filing } from '../filtering/ruled.ts'
import { mailboxOf } from './copies.ts'
import type { Stored } from './fold.ts'
import type { Evidence } from './judging/evidence.ts'
import { judgedFields, ownFieldNames } from './judging/judged-fields.ts'
import { scoresOf } from './judging/scores.ts'
import type { Verdict } from './judging/verdict.ts'
import type { Recipient } from './session.ts'

export type RuledAccounts = ReadonlyMap<AccountHandle, RuledFor>

type Verdicts = ReadonlyMap<AccountHandle, Verdict>

export interface Judgement {
  readonly evidence: Evidence
  readonly verdicts: Verdicts
  readonly header: Buffer
  readonly fields: readonly HeaderField[]
}

/** Scripts see our own fields and the message's, but none that only we write and somebody else wrote. */
export const filteredMail = (mail: Omit<FilteredMail, 'viewFor' | 'scoresFor'>, { evidence, verdicts, header, fields }: Judgement): FilteredMail => {
  let index: ReturnType<typeof indexMessage> | undefined
  return {
    ...mail,
    scoresFor: ({ filter }) => scoresOf(evidence.scans, filter.modes),
    viewFor({ account, filter }) {
      const verdict = verdicts.get(account)
      const judged = Buffer.from(`${verdict === undefined ? '' : judgedFields(evidence, filter, verdict)}\r\n`, 'utf8')
      const claimed = new Set(renamedFields(header, fields, mail.hostName, ownFieldNames(filter.policy)).map(({ start }) => start))
      return sieveMessage({
        message: mail.message,
        index: () => (index ??= indexMessage(mail.message)),
        fields: [
          ...headerFields(judged).map((field) => ({ header: judged, field })),
          ...fields.filter(({ start }) => !claimed.has(start)).map((field) => ({ header, field })),
        ],
      })
    },
  }
}

/** Rules are asked where judging left the message for the INBOX: what it took away nobody's filter brings back. */
export const ruledOf = async (filtering: Filtering, mail: FilteredMail, recipients: readonly Recipient[], verdicts: Verdicts): Promise<RuledAccounts> => {
  const asked = recipients.filter(({ account, reportsOf }) => reportsOf === undefined && verdicts.get(account)?.fate === 'inbox')
  return asked.length === 0 ? new Map() : filtering.decide(mail, asked)
}

/** What its rules do not keep here. */
export const unkept = (rules: RuledAccounts): readonly (readonly [AccountHandle, Stored])[] =>
  [...rules].flatMap(([account, { ruled }]): readonly (readonly [AccountHandle, Stored])[] => {
    if (ruled.rejects !== null) return [[account, 'rejected']]
    if (ruled.filings.length > 0) return []
    return [[account, ruled.sentOn.length > 0 ? 'forwarded' : 'discarded']]
  })

const reasonCharsMax = 200
const refusedBy = (reason: string): Reply => {
  const text = reason.replace(/\s+/g, ' ').trim()
  return reply(550, '5.7.1', /^[\x20-\x7e]{1,200}$/.test(text.slice(0, reasonCharsMax)) ? text.slice(0, reasonCharsMax) : 'Message refused by the recipient')
}

/** What a sender hears from judging or from a recipient's rules. */
export const rejectionsOf = (verdicts: Verdicts, rules: RuledAccounts): ReadonlyMap<AccountHandle, Reply> =>
  new Map([
    ...[...verdicts].flatMap(([account, { fate, by }]) => (fate === 'reject' && by !== null ? [[account, by.reply] as const] : [])),
    ...[...rules].flatMap(([account, { ruled: { rejects } }]) => (rejects === null ? [] : [[account, refusedBy(rejects)] as const])),
  ])

/** Where an account's copies go, at least one. */
export const filingsFor = (account: AccountHandle, verdicts: Verdicts, rules: RuledAccounts): readonly Filing[] => {
  const ruled = rules.get(account)
  if (ruled !== undefined) return ruled.ruled.filings
  const mailbox = mailboxOf[verdicts.get(account)?.fate ?? 'inbox'] ?? null
  return mailbox === null ? [inInbox] : [{ mailbox, flags: [] }]
}

const taken: readonly (Stored | undefined)[] = ['stored', 'forwarded', 'discarded']

/** Somebody may have written it who is not who they say: a machine's answer would go to a stranger. */
const isSuspect = ({ authentication }: Evidence, verdict: Verdict | undefined): boolean =>
  (verdict?.findings.some(({ stage }) => stage !== 'allow') ?? false) || authentication?.dmarc.result === 'fail'

/** Accounts for which what their rules send could not be queued. */
export const carriedOut = async (
  filtering: Filtering,
  mail: FilteredMail,
  { rules, stored, evidence, verdicts, seal }: {
    readonly rules: RuledAccounts
    readonly stored: ReadonlyMap<AccountHandle, Stored>
    readonly evidence: Evidence
    readonly verdicts: Verdicts
    readonly seal: string
  },
): Promise<readonly AccountHandle[]> => {
  const failed: AccountHandle[] = []
  for (const [account, one] of rules) {
    if (!taken.includes(stored.get(account))) continue
    const sealed = one.recipient.filter.policy['arc.seal'] === 'on' ? seal : ''
    if (!(await filtering.carryOut(mail, one, { suspect: isSuspect(evidence, verdicts.get(account)), seal: sealed }))) failed.push(account)
  }
  return failed
}
