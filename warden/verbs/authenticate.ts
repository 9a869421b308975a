/**
 * A login: SASL PLAIN (RFC 4616), or the pair that LOGIN and USER/PASS give. The same steps for everybody: index, row, hash,
 * unwrap. Unknown login, wrong password, stale credential and a person who may not sign in differ in nothing outside.
 */
import { base64 } from '@bulkhead/base/bytes.ts'
import { secret, type Secret } from '@bulkhead/base/secret.ts'
import { bytesOf, oneOf, textOf } from '@bulkhead/door/ask.ts'
import { mailProtocols } from '@bulkhead/door/contracts/warden.ts'
import { answered, refused } from '@bulkhead/door/verbs.ts'
import { preparePassword } from '@bulkhead/seal/password.ts'
import { enrolCredential, newCredential, unlock } from '../credential.ts'
import { loginAddress, loginLengthMax } from '../login-address.ts'
import { mailroomFor, sealPass } from '../passes.ts'
import { findSubject, type Found, type Subject } from '../subject.ts'
import type { Warden, WardenVerb } from '../warden.ts'

/** Longer than any password that can be set, so that one too long is wrong like any other. */
const typedBytesMax = 16_384
/** Of a login that is no address, as the vault is asked about it. */
const unknownLengthMax = 200

/** The hash, or undefined where too many wait. Remembered ones are of the right password, so they tell nothing new. */
const hashed = async ({ verified, hash }: Warden, address: string, { credential }: Subject, password: Secret<Buffer>) =>
  verified.find(address, credential, password) ??
  (await hash('login', password, Buffer.from(credential.salt, 'base64'), credential.params))

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

export const authenticate: WardenVerb<'authenticate'> = async (warden, ask) => {
  const { directory, sealing, clock, verified, log } = warden
  const protocol = oneOf(ask, 'protocol', mailProtocols)
  const login = textOf(ask, 'login', typedBytesMax).slice(0, loginLengthMax)
  const password = preparePassword(secret(bytesOf(ask, 'password', typedBytesMax)))
  const address = loginAddress(login)
  const text = address ?? `no address: ${login.slice(0, unknownLengthMax)}`
  const turnedAway = (why: 'wrong' | 'overBudget', found?: Found) => {
    told(warden, protocol, why, text, found)
    return refused(why)
  }

  const found = await findSubject(warden, text, (state) => state === 'active')
  if (found === undefined) return turnedAway('overBudget')
  const { subject, index } = found
  const argon = await hashed(warden, text, subject, password)
  if (argon === undefined) return turnedAway('overBudget', found)
  const unlocked = await unlock(warden, subject, argon, false)
  if (unlocked.is === 'refused') return turnedAway(unlocked.why, found)

  const { account, credential } = subject
  const { privateKey } = unlocked
  verified.note(text, credential, password, argon)
  directory.loggedIn(account)
  if (outdated(warden, subject)) {
    upgrade(warden, subject, password, privateKey).catch((error: unknown) => log.error('upgradeFailed', error, { account }))
  }
  const mailroom = mailroomFor(account, warden.mailrooms())
  const pass = sealPass(sealing, mailroom, clock.now(), {
    account,
    privateKey: base64(privateKey.declassify()),
    loginIndex: base64(index),
    login: text,
    protocol,
  })
  told(warden, protocol, 'granted', text, found)
  return answered({ pass, mailroom: mailroom.name })
}
