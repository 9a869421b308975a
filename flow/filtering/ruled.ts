/**
 * From a person's rules and a message to what becomes of it: filters first, then forwarding, then the vacation answer. Pure.
 * Whatever fails, the message is kept, and what failed is told.
 */
import type { MailboxId } from '@bulkhead/base/ids.ts'
import type { FiledInto, SpecialUse } from '@bulkhead/mail/journal/event.ts'
import { specialUses } from '@bulkhead/mail/journal/event.ts'
import type { Vacation } from '@bulkhead/mail/rules/delivery-rules.ts'
import type { Notification, SieveAction, VacationAnswer } from '@bulkhead/wire/sieve/actions.ts'
import type { DuplicateQuestion, SieveMessage, SieveScores } from '@bulkhead/wire/sieve/message.ts'
import { runSieve, type Decision } from '@bulkhead/wire/sieve/run.ts'
import type { UsableRules } from './rule-book.ts'
import { base64Lines } from './vacation-mail.ts'

/** Where a message is filed; null is the INBOX. */
export interface Filing {
  readonly mailbox: MailboxId | FiledInto | null
  readonly flags: readonly string[]
}

export const inInbox: Filing = { mailbox: null, flags: [] }

export interface Ruled {
  /** None: it is not kept here. */
  readonly filings: readonly Filing[]
  /** The person's words for refusing it. */
  readonly rejects: string | null
  /** Where it is sent on to. */
  readonly sentOn: readonly string[]
  readonly vacation: VacationAnswer | null
  /** Whom else to tell. */
  readonly notifications: readonly Notification[]
  /** Ids that are remembered once it is delivered. */
  readonly asked: readonly DuplicateQuestion[]
  /** For the trace: what was done, and what was not and why. */
  readonly facts: Readonly<Record<string, string>>
}

export interface Arrived {
  readonly message: SieveMessage
  readonly scores: SieveScores
  /** Empty: null. */
  readonly reversePath: string
  readonly forwardPath: string
  /** Canonical. */
  readonly address: string
  readonly nowMs: number
  readonly hostName: string
  /** An answer for each question that was asked before. */
  seen(question: DuplicateQuestion): boolean | undefined
}

/** Of people who name no zone: the cell's customers live in Japan. */
const zoneMinutes = 540
const factCharsMax = 100
const shown = (text: string): string => text.slice(0, factCharsMax)

const isSpecialUse = (text: string): text is SpecialUse => (specialUses as readonly string[]).includes(text)

const filingOf = ({ mailbox: name, mailboxId, specialUse: use, flags }: Extract<SieveAction, { is: 'fileinto' }>, ids: readonly MailboxId[]): Filing => {
  // By its id it is found under whatever name it has by now.
  const known = mailboxId === null ? undefined : ids.find((id) => id === mailboxId)
  if (known !== undefined) return { mailbox: known, flags }
  if (name.toUpperCase() === 'INBOX' && use === null) return { mailbox: null, flags }
  return { mailbox: { specialUse: use !== null && isSpecialUse(use) ? use : null, name }, flags }
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1)

const placeOf = ({ mailbox }: Filing): string => (mailbox === null ? '' : typeof mailbox === 'string' ? mailbox : `${mailbox.specialUse ?? ''} ${mailbox.name}`)

/** Each place once, with the flags of all that named it. */
const eachPlaceOnce = (filings: readonly Filing[]): readonly Filing[] =>
  [...Map.groupBy(filings, placeOf).values()].flatMap((same) => {
    const [first] = same
    return first === undefined ? [] : [{ ...first, flags: [...new Set(same.flatMap(({ flags }) => flags))] }]
  })

const filingsOf = ({ actions, implicitKeep, flags }: Decision, ids: readonly MailboxId[]): readonly Filing[] => {
  const filed = actions.flatMap((action): readonly Filing[] => {
    if (action.is === 'keep') return [{ mailbox: null, flags: action.flags }]
    return action.is === 'fileinto' ? [filingOf(action, ids)] : []
  })
  return eachPlaceOnce(implicitKeep ? [...filed, { mailbox: null, flags }] : filed)
}

/** RFC 8621 section 8: an answer that needs no script, as one that a script gives. */
const answerOf = ({ subject, text, html }: Vacation): VacationAnswer => {
  const asHtml = text === null && html !== null
  const reason = asHtml ? `Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64Lines(html)}` : text ?? ''
  return { atLeastSeconds: 7 * 86_400, subject, from: null, addresses: [], mime: asHtml, reason, handle: `vacation ${subject ?? ''} ${text ?? html ?? ''}` }
}

const isOn = ({ fromMs, toMs }: Vacation, nowMs: number): boolean => (fromMs === null || fromMs <= nowMs) && (toMs === null || nowMs < toMs)

const kept: Decision = { actions: [], implicitKeep: true, flags: [], asked: [] }

const filtered = ({ program, broken, rules }: UsableRules, arrived: Arrived): { readonly decision: Decision; readonly failed: string | null } => {
  if (program === null) return { decision: kept, failed: broken }
  const names = new Set(rules.mailboxes)
  const uses = new Set(rules.specialUses.map((use) => use.toLowerCase()))
  const outcome = runSieve(program, {
    message: arrived.message,
    envelope: { from: arrived.reversePath, to: arrived.forwardPath },
    nowMs: arrived.nowMs,
    zoneMinutes,
    environment: { name: 'Bulkhead', host: arrived.hostName, location: 'MS', phase: 'during', domain: domainOf(arrived.address) },
    scores: arrived.scores,
    mailboxExists: (name) => name.toUpperCase() === 'INBOX' || names.has(name),
    mailboxIdExists: (id) => rules.mailboxIds.some((one) => one === id),
    specialUseExists: (use) => uses.has(use.toLowerCase()),
    seenBefore: arrived.seen,
  })
  return outcome.is === 'decided' ? { decision: outcome.decision, failed: null } : { decision: kept, failed: outcome.why }
}

/** A message that came this way before would go round for ever (RFC 5228 section 10; Delivered-To as others write it). */
const wentRound = ({ message, address, forwardPath }: Arrived): boolean =>
  message.header('delivered-to').some((value) => [address, forwardPath.toLowerCase()].includes(value.toLowerCase().replace(/^<|>$/g, '')))

interface Onward {
  readonly sentOn: readonly string[]
  /** Somebody wanted it sent on and it is not: it is kept. */
  readonly stays: boolean
  readonly why: string | null
}

const onward = ({ rules }: UsableRules, arrived: Arrived, wanted: readonly string[]): Onward => {
  if (wanted.length === 0) return { sentOn: [], stays: false, why: null }
  if (wentRound(arrived)) return { sentOn: [], stays: true, why: 'loop' }
  const own = new Set([...rules.own, arrived.address])
  const others = [...new Set(wanted)].filter((address) => !own.has(address.toLowerCase()))
  return { sentOn: others, stays: others.length < new Set(wanted).size, why: others.length === 0 ? 'own address' : null }
}

/** What a script may do with a message that it discards. */
const besides: readonly SieveAction['is'][] = ['discard', 'vacation', 'notify']

/** RFC 5436 section 2.7.1: nobody is told of what tells, or answers, by itself; nor told of at an address where it would come back. */
const tellsOf = (actions: readonly SieveAction[], { rules }: UsableRules, arrived: Arrived): readonly Notification[] => {
  const isAnswer = arrived.message.header('auto-submitted').some((value) => /^\s*auto-(?:notified|replied)/i.test(value))
  if (isAnswer || arrived.reversePath === '' || wentRound(arrived)) return []
  const own = new Set([...rules.own, arrived.address])
  return actions.flatMap((action): readonly Notification[] => {
    if (action.is !== 'notify') return []
    const to = action.to.filter((address) => !own.has(address.toLowerCase()))
    return to.length === 0 ? [] : [{ ...action, to }]
  })
}

export const ruled = (usable: UsableRules, arrived: Arrived): Ruled => {
  const { decision, failed } = filtered(usable, arrived)
  const { actions } = decision
  const refusal = actions.find((action) => action.is === 'reject')
  const gone = refusal !== undefined || (actions.length > 0 && !decision.implicitKeep && actions.every(({ is }) => besides.includes(is)))
  const { forwarding, vacation } = usable.rules
  const forwards = !gone && forwarding !== null ? forwarding.addresses : []
  const redirects = actions.flatMap((action) => (action.is === 'redirect' ? [action.address] : []))
  const { sentOn, stays, why } = onward(usable, arrived, [...redirects, ...forwards])
  const filed = filingsOf(decision, usable.rules.mailboxIds)
  // A report that came back for what was sent on has to be seen by somebody.
  const movesOn = forwards.length > 0 && forwarding?.keepsCopy === false && arrived.reversePath !== '' && !stays
  const staying = movesOn ? filed.filter(({ mailbox }) => mailbox !== null) : filed
  const needsCopy = staying.length === 0 && !gone && (stays || (arrived.reversePath === '' && (redirects.length > 0 || forwards.length > 0)))
  const filings = needsCopy ? [inInbox] : staying
  const answer = actions.find((action) => action.is === 'vacation') ?? (!gone && vacation !== null && isOn(vacation, arrived.nowMs) ? answerOf(vacation) : null)
  const place = filings.flatMap(({ mailbox }) => (mailbox === null ? [] : typeof mailbox === 'string' ? [mailbox] : [mailbox.name]))[0]
  return {
    filings: refusal === undefined ? filings : [],
    rejects: refusal?.reason ?? null,
    sentOn,
    vacation: answer,
    notifications: tellsOf(actions, usable, arrived),
    asked: decision.asked,
    facts: {
      ...(failed === null ? {} : { filters: shown(`failed: ${failed}`) }),
      ...(refusal === undefined ? {} : { filters: 'refused' }),
      ...(gone && refusal === undefined ? { filters: 'discarded' } : {}),
      ...(place === undefined ? {} : { filters: 'filed', mailbox: shown(place) }),
      ...(sentOn.length === 0 ? {} : { forward: String(sentOn.length) }),
      ...(why === null ? {} : { forward: `not: ${why}` }),
    },
  }
}

/** The same where its account has sent on too much in this hour: it stays. */
export const notSentOn = (one: Ruled): Ruled =>
  ({ ...one, sentOn: [], filings: one.filings.length === 0 ? [inInbox] : one.filings, facts: { ...one.facts, forward: 'not: too much in this hour' } })
