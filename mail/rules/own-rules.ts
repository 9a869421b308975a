/**
 * A person's scripts, vacation and forwarding as objects of the journal, and what reception is given of them: the script that is
 * active, and the rest as it is now. Objects of another release that can't be read count as not there.
 */
import { randomBytes } from 'node:crypto'
import { utf8, utf8Text } from '@bulkhead/base/bytes.ts'
import { compileSieve } from '@bulkhead/wire/sieve/compile.ts'
import { canonicalAddress } from '../address/address.ts'
import type { AccountState } from '../account/mail-account.ts'
import type { ObjectChange, StoredObject } from '../journal/objects.ts'
import { forwardAddressesMax, type DeliveryRules, type IncludedScript, type Vacation } from './delivery-rules.ts'

export interface Script {
  readonly id: string
  readonly name: string
  readonly isActive: boolean
  readonly text: string
}

export interface OwnVacation extends Vacation {
  readonly isEnabled: boolean
}

export interface OwnForwarding {
  readonly isEnabled: boolean
  readonly addresses: readonly string[]
  readonly keepsCopy: boolean
}

/** RFC 5804 section 1.6, RFC 9661 section 1.3.1: at least 512. */
export const scriptNameOctetsMax = 512
export const vacationId = 'singleton'
/** Among the objects of kind `setting`. */
export const forwardingId = 'forwarding'

export const noVacation: OwnVacation = { isEnabled: false, fromMs: null, toMs: null, subject: null, text: null, html: null }
export const noForwarding: OwnForwarding = { isEnabled: false, addresses: [], keepsCopy: true }

// eslint-disable-next-line no-control-regex
const notInName = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/

/** RFC 5804 section 1.6, which RFC 9661 section 2 refers to. */
export const isScriptName = (name: string): boolean => name !== '' && utf8(name).length <= scriptNameOctetsMax && !notInName.test(name)

export const newScriptId = (): string => `S${randomBytes(12).toString('hex')}`

type Fields = Readonly<Record<string, unknown>>

const fieldsOf = ({ value }: StoredObject): Fields | undefined => {
  const text = utf8Text(value)
  if (text === undefined) return undefined
  try {
    const parsed: unknown = JSON.parse(text)
    return typeof parsed === 'object' && parsed !== null ? (parsed as Fields) : undefined
  } catch {
    return undefined
  }
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null)
const msOf = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null)

const scriptOf = (stored: StoredObject): Script | undefined => {
  const fields = fieldsOf(stored)
  const [name, text] = [textOf(fields?.['name']), textOf(fields?.['text'])]
  return name === null || text === null ? undefined : { id: stored.id, name, text, isActive: fields?.['isActive'] === true }
}

/** By name. */
export const scriptsOf = (state: AccountState): readonly Script[] =>
  [...state.objects('script').all()].flatMap((stored) => scriptOf(stored) ?? []).toSorted((one, other) => (one.name < other.name ? -1 : 1))

export const vacationOf = (state: AccountState): OwnVacation => {
  const stored = state.objects('vacation').get(vacationId)
  const fields = stored === undefined ? undefined : fieldsOf(stored)
  if (fields === undefined) return noVacation
  const { isEnabled, fromMs, toMs, subject, text, html } = fields
  return { isEnabled: isEnabled === true, fromMs: msOf(fromMs), toMs: msOf(toMs), subject: textOf(subject), text: textOf(text), html: textOf(html) }
}

export const forwardingOf = (state: AccountState): OwnForwarding => {
  const stored = state.objects('setting').get(forwardingId)
  const fields = stored === undefined ? undefined : fieldsOf(stored)
  if (fields === undefined) return noForwarding
  const { isEnabled, addresses, keepsCopy } = fields
  const given = Array.isArray(addresses) ? addresses.flatMap((one) => (typeof one === 'string' ? canonicalAddress(one) ?? [] : [])) : []
  return { isEnabled: isEnabled === true, addresses: given.slice(0, forwardAddressesMax), keepsCopy: keepsCopy !== false }
}

const json = (value: object): Buffer => utf8(JSON.stringify(value))

export const scriptChange = ({ id, ...value }: Script): ObjectChange => ({ kind: 'script', id, value: json(value) })
export const vacationChange = (vacation: OwnVacation): ObjectChange => ({ kind: 'vacation', id: vacationId, value: json(vacation) })
export const forwardingChange = (forwarding: OwnForwarding): ObjectChange => ({ kind: 'setting', id: forwardingId, value: json(forwarding) })

/** What another script of the same person may include, by name (RFC 6609). */
export const scriptTexts = (scripts: readonly Script[]): ((name: string) => string | undefined) => {
  const texts = new Map(scripts.map(({ name, text }) => [name, text]))
  return (name) => texts.get(name)
}

const includedBy = (active: Script | undefined, scripts: readonly Script[]): readonly IncludedScript[] => {
  const compiled = active === undefined ? undefined : compileSieve(utf8(active.text), scriptTexts(scripts))
  return compiled?.is === 'program' ? scripts.filter(({ name }) => compiled.program.includes.has(name)).map(({ name, text }) => ({ name, text })) : []
}

/** `own`: canonical addresses of the person. */
export const deliveryRulesOf = (state: AccountState, own: readonly string[]): DeliveryRules => {
  const { isEnabled, ...vacation } = vacationOf(state)
  const forwarding = forwardingOf(state)
  const mailboxes = [...state.own.mailboxes.values()]
  const scripts = scriptsOf(state)
  const active = scripts.find(({ isActive }) => isActive)
  return {
    script: active?.text ?? null,
    included: includedBy(active, scripts),
    vacation: isEnabled ? vacation : null,
    forwarding: forwarding.isEnabled && forwarding.addresses.length > 0 ? { addresses: forwarding.addresses, keepsCopy: forwarding.keepsCopy } : null,
    own,
    mailboxes: mailboxes.map(({ name }) => name),
    specialUses: mailboxes.flatMap(({ specialUse }) => specialUse ?? []),
    mailboxIds: mailboxes.map(({ id }) => id),
  }
}
