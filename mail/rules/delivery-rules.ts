/**
 * What a person wants done with mail that arrives, as reception reads it without the person: the active script, the vacation
 * and the forwarding. A mailroom writes it, sealed to the key of the intake role (ADR 0028); nobody else can read it.
 *
 * Sealed: `version (1) ‖ HPKE of JSON`. The account is part of what is authenticated.
 */
import { utf8, utf8Text } from '@bulkhead/base/bytes.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import { mailboxId, type AccountHandle, type MailboxId } from '@bulkhead/base/ids.ts'
import type { Secret } from '@bulkhead/base/secret.ts'
import type { Sealing } from '@bulkhead/seal/sealing.ts'

export interface Vacation {
  /** Milliseconds since the epoch; null: from now on, without end. */
  readonly fromMs: number | null
  readonly toMs: number | null
  readonly subject: string | null
  readonly text: string | null
  readonly html: string | null
}

export interface Forwarding {
  readonly addresses: readonly string[]
  /** A copy stays here as well. */
  readonly keepsCopy: boolean
}

export interface IncludedScript {
  readonly name: string
  readonly text: string
}

export interface DeliveryRules {
  /** Text of the active script; null for none. */
  readonly script: string | null
  /** Those that the active script includes, and those again (RFC 6609). */
  readonly included: readonly IncludedScript[]
  readonly vacation: Vacation | null
  readonly forwarding: Forwarding | null
  /** Canonical addresses of the person, beside the one a message came to: whom vacation answers for. */
  readonly own: readonly string[]
  /** Names of mailboxes, and uses, when this was written: what `mailboxexists` and `specialuse_exists` know. */
  readonly mailboxes: readonly string[]
  readonly specialUses: readonly string[]
  /** Of the same mailboxes (RFC 9042). */
  readonly mailboxIds: readonly MailboxId[]
}

export const forwardAddressesMax = 5
export const ownAddressesMax = 200
export const mailboxNamesMax = 2_000
/** As sealed: a script, a vacation and the lists. */
export const sealedRulesBytesMax = 524_288

const version = 1

const infoOf = (account: AccountHandle): string => `bulkhead delivery rules ${account}`

/** Nothing to do: no row is kept. */
export const isNothing = ({ script, vacation, forwarding }: DeliveryRules): boolean => script === null && vacation === null && forwarding === null

export const sealRules = (sealing: Sealing, publicKey: Uint8Array, account: AccountHandle, rules: DeliveryRules): Buffer => {
  const { own, mailboxes, mailboxIds } = rules
  const bounded = { own: own.slice(0, ownAddressesMax), mailboxes: mailboxes.slice(0, mailboxNamesMax), mailboxIds: mailboxIds.slice(0, mailboxNamesMax) }
  const plain = utf8(JSON.stringify({ ...rules, ...bounded }))
  return Buffer.concat([Buffer.of(version), sealing.sealTo(publicKey, infoOf(account), plain)])
}

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)
const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null)
const numberOrNull = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null)
const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [])

const vacationOf = (value: unknown): Vacation | null => {
  if (!isFields(value)) return null
  const { fromMs, toMs, subject, text, html } = value
  return { fromMs: numberOrNull(fromMs), toMs: numberOrNull(toMs), subject: textOrNull(subject), text: textOrNull(text), html: textOrNull(html) }
}

const forwardingOf = (value: unknown): Forwarding | null => {
  if (!isFields(value)) return null
  const addresses = texts(value['addresses']).slice(0, forwardAddressesMax)
  return addresses.length === 0 ? null : { addresses, keepsCopy: value['keepsCopy'] !== false }
}

const includedOf = (value: unknown): readonly IncludedScript[] =>
  (Array.isArray(value) ? value : []).flatMap((each: unknown) => {
    const { name, text } = isFields(each) ? each : {}
    return typeof name === 'string' && typeof text === 'string' ? [{ name, text }] : []
  })

/** Throws `Fault('corrupt')` for what was not sealed to this key for this account. */
export const openRules = (sealing: Sealing, privateKey: Secret<Uint8Array>, account: AccountHandle, sealed: Uint8Array): DeliveryRules => {
  if (sealed[0] !== version) throw new Fault('corrupt', 'delivery rules: unknown version')
  const text = utf8Text(sealing.openWith(privateKey, infoOf(account), sealed.subarray(1)))
  const value: unknown = text === undefined ? undefined : JSON.parse(text)
  if (!isFields(value)) throw new Fault('corrupt', 'delivery rules: not an object')
  return {
    script: textOrNull(value['script']),
    included: includedOf(value['included']),
    vacation: vacationOf(value['vacation']),
    forwarding: forwardingOf(value['forwarding']),
    own: texts(value['own']),
    mailboxes: texts(value['mailboxes']),
    specialUses: texts(value['specialUses']),
    mailboxIds: texts(value['mailboxIds']).flatMap((text) => mailboxId(text) ?? []),
  }
}
