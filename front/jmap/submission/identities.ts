/**
 * Identities (RFC 8621 section 6): names and signatures for the addresses a person may send as. Each address that leads to the account
 * or was granted to it has one that is always there; it comes and goes with the address. A person may make others of the same addresses.
 */
import { createHash } from 'node:crypto'
import { utf8 } from '@bulkhead/base/bytes.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import type { ObjectChange, StoredObject } from '@bulkhead/mail/journal/objects.ts'
import { isRefused } from '@bulkhead/mail/refusal.ts'
import { listedIdentities } from '@bulkhead/mail/sending/identities.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import type { MethodContext } from '../method.ts'

export interface IdentityAddress {
  readonly name: string | null
  readonly email: string
}

export interface Identity {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly replyTo: readonly IdentityAddress[] | null
  readonly bcc: readonly IdentityAddress[] | null
  readonly textSignature: string
  readonly htmlSignature: string
  readonly mayDelete: boolean
}

export const identityProperties = ['id', 'name', 'email', 'replyTo', 'bcc', 'textSignature', 'htmlSignature', 'mayDelete'] as const

/** Addresses that have an identity by themselves; who has more makes the others. */
const listedMax = 100
const idBytes = 12

/** The same in every mailroom, so that two that notice a new address at once make one identity of it. */
const idOf = (address: string): string => `I${createHash('sha256').update(address).digest().subarray(0, idBytes).toString('hex')}`

const fresh = (email: string): Identity => ({
  id: idOf(email), name: '', email, replyTo: null, bcc: null, textSignature: '', htmlSignature: '', mayDelete: false,
})

export const identityValue = ({ id: _, ...identity }: Identity): Buffer => utf8(JSON.stringify(identity))

export const identityOf = ({ id, value }: StoredObject): Identity => {
  try {
    return { ...(JSON.parse(value.toString('utf8')) as Omit<Identity, 'id'>), id }
  } catch (error) {
    throw new Fault('corrupt', 'identity: not JSON', error)
  }
}

export const identityJson = ({ replyTo, bcc, ...identity }: Identity): JsonObject => {
  const addresses = (list: readonly IdentityAddress[] | null) => list?.map(({ name, email }) => ({ name, email })) ?? null
  return { ...identity, replyTo: addresses(replyTo), bcc: addresses(bcc) }
}

const stored = (account: MailAccount): readonly Identity[] => Array.from(account.state().objects('identity').all(), identityOf)

/** Makes what is stored agree with the addresses there are; a change only where an address came or went. */
export const agreeingIdentities = async (
  { account, session, services }: Pick<MethodContext, 'account' | 'session' | 'services'>,
): Promise<ReadonlyMap<string, Identity>> => {
  const sealed = await services.sending.ports.directory.identities(account.account)
  const listed = listedIdentities(session.who.login, account.identities(sealed)).slice(0, listedMax)
  const before = stored(account)
  const wanted = new Map(listed.map((address) => [idOf(address), address]))
  const known = new Set(before.map(({ id }) => id))
  const changes: ObjectChange[] = [
    ...[...wanted].flatMap(([id, address]) => (known.has(id) ? [] : [{ kind: 'identity', id, value: identityValue(fresh(address)) } as const])),
    ...before.flatMap(({ id, mayDelete }) => (mayDelete || wanted.has(id) ? [] : [{ kind: 'identity', id, value: null } as const])),
  ]
  if (changes.length > 0) {
    const set = await account.setObjects(changes)
    if (isRefused(set)) throw new Fault('overloaded', `identities: ${set.why}`)
  }
  const order = new Map(listed.map((address, at) => [address, at]))
  const rank = ({ email, mayDelete }: Identity): number => (order.get(email) ?? listedMax) * 2 + (mayDelete ? 1 : 0)
  const all = changes.length === 0 ? before : stored(account)
  return new Map(all.toSorted((one, other) => rank(one) - rank(other) || (one.id < other.id ? -1 : 1)).map((identity) => [identity.id, identity]))
}
