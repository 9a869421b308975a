/**
 * Push subscriptions of a person (RFC 8620 section 7.2), kept as objects of the journal: sealed like everything else. Where they lead and
 * how they are sealed is never told again.
 */
import { randomBytes } from 'node:crypto'
import { utf8 } from '@bulkhead/base/bytes.ts'
import type { AccountState } from '@bulkhead/mail/account/mail-account.ts'
import type { StoredObject } from '@bulkhead/mail/journal/objects.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { utcDateText } from '@bulkhead/wire/jmap/readers.ts'

export interface Subscription {
  readonly deviceClientId: string
  readonly url: string
  /** Base64url; null: pushes go unsealed. */
  readonly keys: { readonly p256dh: string; readonly auth: string } | null
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

/** RFC 8620 section 7.2: a client renews it long before. */
export const lifetimeMaxMs = 90 * 86_400_000
export const subscriptionsMax = 20

export const newSubscriptionId = (): string => `P${randomBytes(12).toString('hex')}`
export const newVerificationCode = (): string => randomBytes(18).toString('base64url')

export const encodedSubscription = (subscription: Subscription): Buffer => utf8(JSON.stringify(subscription))

/** We wrote it, sealed: it is what it says. */
const decoded = ({ id, value }: StoredObject): NamedSubscription => ({ ...(JSON.parse(value.toString('utf8')) as Subscription), id })

export const subscriptionsIn = ({ own }: AccountState): readonly NamedSubscription[] => [...own.objects('push').all()].map(decoded)

export const subscriptionJson = ({ id, deviceClientId, verificationCode, verified, expiresAtMs, types }: NamedSubscription): JsonObject => ({
  id,
  deviceClientId,
  verificationCode: verified ? verificationCode : null,
  expires: utcDateText(expiresAtMs),
  types,
})
