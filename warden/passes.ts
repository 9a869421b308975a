/**
 * A pass: the account's opened key, sealed to one mailroom, good once and for ten seconds. The gate carries it and can't
 * open it. An account's logins go to the same mailroom while there is one of that name, so its state is folded once.
 */
import { createHash, randomUUID } from 'node:crypto'
import { base64 } from '@bulkhead/base/bytes.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { Pass, Renewal } from '@bulkhead/door/contracts/mailroom.ts'
import type { MailroomFact } from '@bulkhead/door/contracts/start.ts'
import type { Secret } from '@bulkhead/base/secret.ts'
import { credentialDigest } from '@bulkhead/seal/credential-digest.ts'
import type { Sealing } from '@bulkhead/seal/sealing.ts'
import type { Warden } from './warden.ts'

export const passMs = 10_000
export const passInfo = 'bulkhead pass'
export const renewalInfo = 'bulkhead renewal'

/** Rendezvous hashing: a mailroom that comes or goes moves only its own share of the accounts. */
const weight = (account: AccountHandle, { name }: MailroomFact): number =>
  createHash('sha256').update(`${account} ${name}`).digest().readUIntBE(0, 6)

export const mailroomFor = (account: AccountHandle, mailrooms: readonly MailroomFact[]): MailroomFact => {
  const [first, ...others] = mailrooms
  if (first === undefined) throw new Fault('doorAway', 'no mailroom to go to')
  if (others.length === 0) return first
  return others.reduce((best, other) => (weight(account, other) > weight(account, best) ? other : best), first)
}

const sealPass = (
  sealing: Sealing,
  mailroom: MailroomFact,
  nowMs: number,
  held: Omit<Pass, 'id' | 'expiresAtMs'>,
): string => {
  const pass: Pass = { id: randomUUID(), ...held, expiresAtMs: nowMs + passMs }
  return base64(sealing.sealTo(Buffer.from(mailroom.publicKey, 'base64'), passInfo, Buffer.from(JSON.stringify(pass))))
}

/** Whoever was let in, and the key of the account. */
export interface Entrant {
  readonly subject: { readonly account: AccountHandle; readonly credential: { readonly sealed: string } }
  readonly privateKey: Secret<Uint8Array>
  readonly index: Uint8Array
  readonly login: string
}

/** The pass, and the mailroom that can open it. */
export const passFor = (
  { sealing, clock, mailrooms }: Pick<Warden, 'sealing' | 'clock' | 'mailrooms'>,
  { subject: { account, credential }, privateKey, index, login }: Entrant,
  bound: Pick<Pass, 'protocol' | 'key' | 'device'>,
): { readonly pass: string; readonly mailroom: string } => {
  const mailroom = mailroomFor(account, mailrooms())
  const held = {
    account, privateKey: base64(privateKey.declassify()), loginIndex: base64(index), login, ...bound,
    credential: credentialDigest(Buffer.from(credential.sealed, 'base64')),
  }
  return { pass: sealPass(sealing, mailroom, clock.now(), held), mailroom: mailroom.name }
}

/** A new credential, for the mailroom that has the session. */
export const renewalFor = (
  { sealing, clock }: Pick<Warden, 'sealing' | 'clock'>,
  { publicKey }: MailroomFact,
  held: Omit<Renewal, 'expiresAtMs'>,
): string => {
  const renewal: Renewal = { ...held, expiresAtMs: clock.now() + passMs }
  return base64(sealing.sealTo(Buffer.from(publicKey, 'base64'), renewalInfo, Buffer.from(JSON.stringify(renewal))))
}
