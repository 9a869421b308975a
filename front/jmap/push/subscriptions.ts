/**
 * Push subscriptions of a person (RFC 8620 section 7.2), as objects of the journal: what the person may read of them. Where they lead and how
 * they are sealed is in the directory, for intakes alone (ADR 0033), and what has no row there any more has ended.
 */
import { randomBytes } from 'node:crypto'
import { utf8 } from '@bulkhead/base/bytes.ts'
import type { AccountState } from '@bulkhead/mail/account/mail-account.ts'
import type { StoredObject } from '@bulkhead/mail/journal/objects.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { utcDateText } from '@bulkhead/wire/jmap/readers.ts'

export interface Subscription {
  readonly deviceClientId: string
  /** What the subscriber has to show that it hears us. */
  readonly verificationCode: string
  readonly verified: boolean
  readonly expiresAtMs: number
  /** Null: all. */
  readonly types: readonly string[] | null
}

export interface NamedSubscription extends Subscription {
  readonly id: string
}

const dayMs = 86_400_000
/** RFC 8620 section 7.2: a client renews it long before. */
export const lifetimeMaxMs = 90 * dayMs
/** Of a page that is not remembered: its session does not live longer. */
export const passingLifetimeMaxMs = dayMs

export const newSubscriptionId = (): string => `P${randomBytes(12).toString('hex')}`
export const newVerificationCode = (): string => randomBytes(18).toString('base64url')

export const encodedSubscription = (subscription: Subscription): Buffer => utf8(JSON.stringify(subscription))

/** We wrote it, sealed: it is what it says. */
const decoded = ({ id, value }: StoredObject): NamedSubscription => ({ ...(JSON.parse(value.toString('utf8')) as Subscription), id })

export interface Subscriptions {
  readonly standing: readonly NamedSubscription[]
  /** Ids of what ended, and may go. */
  readonly ended: readonly string[]
}

/** `ids`: those that have a row. */
export const subscriptionsIn = ({ own }: AccountState, ids: ReadonlySet<string>, nowMs: number): Subscriptions => {
  const all = [...own.objects('push').all()].map(decoded)
  const stands = ({ id, expiresAtMs }: NamedSubscription): boolean => ids.has(id) && expiresAtMs > nowMs
  return { standing: all.filter(stands), ended: all.filter((one) => !stands(one)).map(({ id }) => id) }
}

export const subscriptionJson = ({ id, deviceClientId, verificationCode, verified, expiresAtMs, types }: NamedSubscription): JsonObject => ({
  id,
  deviceClientId,
  verificationCode: verified ? verificationCode : null,
  expires: utcDateText(expiresAtMs),
  types,
})
