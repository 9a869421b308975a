/** How a message wants to be handled, made of MAIL's parameters: RFC 4865, 6710, 2852, 8689. */
import { priorityMax, type DeliverBy } from '@bulkhead/mail/queue/queued.ts'
import { deliverBySecondsMin, holdSecondsMax } from '@bulkhead/wire/smtp/submission-extensions.ts'
import type { Mail } from '@bulkhead/wire/smtp/verbs/mail.ts'
import { isUnsendable, unsendable, type Unsendable } from './refusal.ts'

export interface Handling {
  readonly releaseAtMs: number | null
  readonly deliverBy: DeliverBy | null
  readonly priority: number
  /** More was asked than the plan has. */
  readonly priorityLowered: boolean
  readonly requireTls: boolean
}

/** Clocks differ: who asks for the very next seconds gets now. */
const lateMsMax = 60_000

const releaseOf = ({ holdFor, holdUntil }: Mail, nowMs: number): number | Unsendable | null => {
  if (holdFor !== undefined && holdUntil !== undefined) return unsendable('heldTwice')
  if (holdUntil !== undefined && holdUntil < nowMs - lateMsMax) return unsendable('heldUntilPast')
  const atMs = holdUntil ?? (holdFor === undefined ? undefined : nowMs + holdFor * 1_000)
  if (atMs === undefined) return null
  return atMs > nowMs + holdSecondsMax * 1_000 ? unsendable('heldTooLong') : atMs
}

const deadlineOf = ({ by }: Mail, nowMs: number): DeliverBy | Unsendable | null => {
  if (by === undefined) return null
  if (by.mode === 'return' && by.seconds <= 0) return unsendable('dueInPast')
  if (by.mode === 'return' && by.seconds < deliverBySecondsMin) return unsendable('dueTooSoon')
  return { atMs: nowMs + by.seconds * 1_000, mode: by.mode, trace: by.trace }
}

const isRefused = (value: object | number | null): value is Unsendable => typeof value === 'object' && value !== null && isUnsendable(value)

export interface Allowed {
  readonly nowMs: number
  readonly secure: boolean
  readonly priorityMax: number
}

export const handlingOf = (mail: Mail, allowed: Allowed): Handling | Unsendable => {
  const { nowMs, secure } = allowed
  const releaseAtMs = releaseOf(mail, nowMs)
  if (isRefused(releaseAtMs)) return releaseAtMs
  const deliverBy = deadlineOf(mail, nowMs)
  if (isRefused(deliverBy)) return deliverBy
  if (deliverBy?.mode === 'return' && releaseAtMs !== null && deliverBy.atMs <= releaseAtMs) return unsendable('dueBeforeRelease')
  if (mail.requireTls && !secure) return unsendable('needsTls')
  const asked = mail.priority ?? 0
  const priority = Math.min(asked, allowed.priorityMax, priorityMax)
  return { releaseAtMs, deliverBy, priority, priorityLowered: priority < asked, requireTls: mail.requireTls }
}
