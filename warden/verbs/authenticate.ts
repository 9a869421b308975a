/**
 * A login: SASL PLAIN (RFC 4616), or the pair that LOGIN and USER/PASS give. The same steps for everybody: index, row, hash,
 * unwrap. Unknown login, wrong password, stale credential and a person who may not sign in differ in nothing outside. Who
 * brings the right password again soon is asked for at the directory and the vault at once, and hashed no more.
 */
import { view } from '@bulkhead/base/bytes.ts'
import { secret, type Secret } from '@bulkhead/base/secret.ts'
import { bytesOf, oneOf, textOf } from '@bulkhead/door/ask.ts'
import { passProtocols, type PassProtocol } from '@bulkhead/door/contracts/warden.ts'
import { answered, refused } from '@bulkhead/door/verbs.ts'
import { preparePassword } from '@bulkhead/seal/password.ts'
import { enrolCredential, newCredential, unlock, type Unlocked } from '../credential.ts'
import { loginAddress, loginLengthMax } from '../login-address.ts'
import { passFor } from '../passes.ts'
import type { Verified } from '../recently-verified.ts'
import { findSubject } from '../subject.ts'
import type { Found, Subject } from '../found.ts'
import type { Warden, WardenVerb } from '../warden.ts'

/** Longer than any password that can be set, so that one too long is wrong like any other. */
export const typedBytesMax = 16_384
/** Of a login that is no address, as the vault is asked about it. */
const unknownLengthMax = 200

/** A person, or the stand-in, and what the vault said to the password. */
interface Asked {
  readonly is: 'asked'
  readonly found: Found
  readonly argon: Secret<Buffer>
  readonly unlocked: Unlocked
}

/** There are too many before. */
interface Busy {
  readonly is: 'busy'
  readonly found: Found | undefined
}

const askFirst = async (warden: Warden, text: string, password: Secret<Buffer>): Promise<Asked | Busy> => {
  const found = await findSubject(warden, text, (state) => state === 'active')
  if (found === undefined) return { is: 'busy', found }
  const { credential } = found.subject
  const argon = await warden.hash('login', password, Buffer.from(credential.salt, 'base64'), credential.params)
  if (argon === undefined) return { is: 'busy', found }
  return { is: 'asked', found, argon, unlocked: await unlock(warden, found.subject, argon, false) }
}

const isSame = (one: Subject, other: Subject): boolean => {
  const [a, b] = [one.credential, other.credential]
  return one.account === other.account && one.set === other.set && view(one.publicKey).equals(other.publicKey) &&
    a.sealed === b.sealed && a.salt === b.salt && a.params.m === b.params.m && a.params.t === b.params.t && a.params.p === b.params.p
}

/** What the vault says counts only where the row is the one it was asked with; undefined: asked from the beginning. */
const askAgain = async (warden: Warden, { index, subject, argon }: Verified): Promise<Asked | undefined> => {
  const unlocking = unlock(warden, subject, argon, false)
  // Where the row changed, how this ended is of no interest.
  unlocking.catch(() => undefined)
  const row = await warden.directory.credentialFor(index)
  if (row === undefined || row.state !== 'active' || !isSame(row, subject)) return undefined
  return { is: 'asked', found: { subject, state: row.state, account: row.account, index }, argon, unlocked: await unlocking }
}

const outdated = ({ params }: Warden, { credential }: Subject): boolean =>
  credential.params.m !== params.m || credential.params.t !== params.t || credential.params.p !== params.p

/** Parameters moved on: the row follows at a login, when the password is at hand. A login meanwhile finds the old one. */
const upgrade = async (warden: Warden, subject: Subject, password: Secret<Buffer>, privateKey: Secret<Buffer>): Promise<void> => {
  const credential = await newCredential(warden, password, privateKey)
  const row = credential && (await enrolCredential(warden, subject, credential))
  if (row === undefined) return
  await warden.directory.replaceCredential(subject.account, Buffer.from(subject.credential.sealed, 'base64'), row)
}

const told = (warden: Warden, protocol: string, outcome: string, text: string, found?: Found): void => {
  const { meter, tell, pseudonym } = warden
  meter.count('warden_logins_total', 1, { protocol, outcome })
  tell({ kind: 'warden.login', subject: found?.account ?? pseudonym(text), caller: protocol, outcome })
  // Nobody touches an account whose sign-in is off, except those who walk through accounts.
  if (found?.account !== undefined && found.state !== 'active') {
    tell({ kind: 'warden.tripwire', subject: found.account, caller: protocol, outcome: found.state ?? '' })
  }
}

/** What a login is asked with, whoever asks. */
export interface Attempt {
  readonly protocol: PassProtocol
  readonly login: string
  readonly password: Secret<Buffer>
}

/** A login that was granted: whose, and the opened key. */
export interface Granted {
  readonly is: 'granted'
  readonly subject: Subject
  readonly privateKey: Secret<Buffer>
  readonly index: Buffer
  /** Canonical address. */
  readonly login: string
}

export type Verdict = Granted | { readonly is: 'refused'; readonly refusal: 'wrong' | 'overBudget' }

export const attemptOf = (ask: Readonly<Record<string, unknown>>, protocol: PassProtocol): Attempt => ({
  protocol,
  login: textOf(ask, 'login', typedBytesMax).slice(0, loginLengthMax),
  password: preparePassword(secret(bytesOf(ask, 'password', typedBytesMax))),
})

/** The whole of it but the pass; told to `watch`. `upgrades`: the row may be replaced meanwhile, if its parameters are of before. */
export const logIn = async (warden: Warden, { protocol, login, password }: Attempt, upgrades = true): Promise<Verdict> => {
  const { directory, verified, log } = warden
  const address = loginAddress(login)
  const text = address ?? `no address: ${login.slice(0, unknownLengthMax)}`
  const turnedAway = (why: 'wrong' | 'overBudget', found?: Found): Verdict => {
    told(warden, protocol, why, text, found)
    return refused(why)
  }

  const known = verified.find(text, password)
  const asked = (known && (await askAgain(warden, known))) ?? (await askFirst(warden, text, password))
  if (asked.is === 'busy') return turnedAway('overBudget', asked.found)
  const { found, argon, unlocked } = asked
  if (unlocked.is === 'refused') return turnedAway(unlocked.why, found)

  const { subject, index } = found
  const { privateKey } = unlocked
  verified.note(text, password, { index, subject, argon })
  directory.loggedIn(subject.account)
  if (upgrades && outdated(warden, subject)) {
    upgrade(warden, subject, password, privateKey).catch((error: unknown) => log.error('upgradeFailed', error, { account: subject.account }))
  }
  told(warden, protocol, 'granted', text, found)
  return { is: 'granted', subject, privateKey, index, login: text }
}

export const authenticate: WardenVerb<'authenticate'> = async (warden, ask) => {
  const verdict = await logIn(warden, attemptOf(ask, oneOf(ask, 'protocol', passProtocols)))
  if (verdict.is === 'refused') return verdict
  return answered(passFor(warden, verdict, { protocol: oneOf(ask, 'protocol', passProtocols), key: '', device: '' }))
}
