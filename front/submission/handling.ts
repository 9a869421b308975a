/** How a message wants to be handled, made of MAIL's parameters: RFC 4865, 6710, 2852, 8689. */
import { priorityMax, type DeliverBy } from '@bulkhead/mail/queue/queued.ts'
import { reply, type Reply } from '@bulkhead/wire/smtp/reply.ts'
import { deliverBySecondsMin, holdSecondsMax } from '@bulkhead/wire/smtp/submission-extensions.ts'
import type { Mail } from '@bulkhead/wire/smtp/verbs/mail.ts'

export interface Handling {
  readonly releaseAtMs: number | null
  readonly deliverBy: DeliverBy | null
  readonly priority: number
  /** More was asked than the plan has. */
  readonly priorityLowered: boolean
  readonly requireTls: boolean
}

const heldTwice = reply(501, '5.5.4', 'HOLDFOR or HOLDUNTIL, not both')
const heldTooLong = reply(501, '5.5.4', `Release is at most ${holdSecondsMax} seconds from now`)
const heldUntilPast = reply(501, '5.5.4', 'HOLDUNTIL has passed')
const dueInPast = reply(501, '5.5.4', 'BY with mode R needs a time to come')
const dueTooSoon = reply(550, '5.4.7', `Can't promise delivery in less than ${deliverBySecondsMin} seconds`)
const dueBeforeRelease = reply(501, '5.5.4', 'Delivery is due before release')
const needsTls = reply(555, '5.5.4', 'REQUIRETLS is offered under TLS only')

/** Clocks differ: who asks for the very next seconds gets now. */
const lateMsMax = 60_000

const releaseOf = ({ holdFor, holdUntil }: Mail, nowMs: number): number | Reply | null => {
  if (holdFor !== undefined && holdUntil !== undefined) return heldTwice
  if (holdUntil !== undefined && holdUntil < nowMs - lateMsMax) return heldUntilPast
  const atMs = holdUntil ?? (holdFor === undefined ? undefined : nowMs + holdFor * 1_000)
  if (atMs === undefined) return null
  return atMs > nowMs + holdSecondsMax * 1_000 ? heldTooLong : atMs
}

const deadlineOf = ({ by }: Mail, nowMs: number): DeliverBy | Reply | null => {
  if (by === undefined) return null
  if (by.mode === 'return' && by.seconds <= 0) return dueInPast
  if (by.mode === 'return' && by.seconds < deliverBySecondsMin) return dueTooSoon
  return { atMs: nowMs + by.seconds * 1_000, mode: by.mode, trace: by.trace }
}

const isReply = (value: object | number | null): value is Reply => typeof value === 'object' && value !== null && 'code' in value

export interface Allowed {
  readonly nowMs: number
  readonly secure: boolean
  readonly priorityMax: number
}

export const handlingOf = (mail: Mail, allowed: Allowed): Handling | Reply => {
  const { nowMs, secure } = allowed
  const releaseAtMs = releaseOf(mail, nowMs)
  if (isReply(releaseAtMs)) return releaseAtMs
  const deliverBy = deadlineOf(mail, nowMs)
  if (isReply(deliverBy)) return deliverBy
  if (deliverBy?.mode === 'return' && releaseAtMs !== null && deliverBy.atMs <= releaseAtMs) return dueBeforeRelease
  if (mail.requireTls && !secure) return needsTls
  const asked = mail.priority ?? 0
  const priority = Math.min(asked, allowed.priorityMax, priorityMax)
  return { releaseAtMs, deliverBy, priority, priorityLowered: priority < asked, requireTls: mail.requireTls }
}
