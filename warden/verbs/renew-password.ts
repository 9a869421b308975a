/**
 * Somebody's own new password. Whoever asks says the one of now, and is refused and counted as at a login; the private key it opens is wrapped
 * anew (W1), so nothing that is sealed has to be. The row is stored by the mailroom that has the session: it goes there sealed, beside the row
 * of before, without which the directory takes it from nobody.
 */
import { secret, wipe, type Secret } from '@bulkhead/base/secret.ts'
import { bytesOf, textOf } from '@bulkhead/door/ask.ts'
import type { Renewal } from '@bulkhead/door/contracts/mailroom.ts'
import type { CredentialRow, WardenVerbs } from '@bulkhead/door/contracts/warden.ts'
import { answered, refused, type Reply } from '@bulkhead/door/verbs.ts'
import { preparePassword } from '@bulkhead/seal/password.ts'
import { enrolCredential, newCredential } from '../credential.ts'
import { loginAddress } from '../login-address.ts'
import { renewalFor } from '../passes.ts'
import type { Warden, WardenVerb } from '../warden.ts'
import { attemptOf, logIn, typedBytesMax, type Granted } from './authenticate.ts'

type Answer = Reply<WardenVerbs['renewPassword']>

const mailroomNameMax = 64

const rowFor = async (warden: Warden, { subject, privateKey }: Granted, password: Secret<Buffer>): Promise<CredentialRow | undefined> => {
  const credential = await newCredential(warden, password, privateKey)
  return credential && enrolCredential(warden, subject, credential)
}

const renew = async (warden: Warden, ask: Readonly<Record<string, unknown>>, newPassword: Secret<Buffer>): Promise<Answer & { readonly account?: string }> => {
  const mailroom = warden.mailrooms().find(({ name }) => name === textOf(ask, 'mailroom', mailroomNameMax))
  const attempt = attemptOf(ask, 'http')
  const flaw = warden.rule(newPassword, loginAddress(attempt.login) ?? attempt.login)
  if (flaw !== undefined) return refused(flaw)
  if (newPassword.declassify().equals(attempt.password.declassify())) return refused('same')
  if (mailroom === undefined) return refused('overBudget')
  // Parameters that moved on are followed by the new row; a second one beside it would be in its way.
  const verdict = await logIn(warden, attempt, false)
  if (verdict.is === 'refused') return verdict
  try {
    const { account, credential: { sealed: previous } } = verdict.subject
    const credential = await rowFor(warden, verdict, newPassword)
    if (credential === undefined) return { ...refused('overBudget'), account }
    const renewal: Omit<Renewal, 'expiresAtMs'> = { account, previous, credential }
    return { ...answered({ renewal: renewalFor(warden, mailroom, renewal) }), account }
  } finally {
    wipe(verdict.privateKey.declassify())
  }
}

export const renewPassword: WardenVerb<'renewPassword'> = async (warden, ask) => {
  const newPassword = preparePassword(secret(bytesOf(ask, 'newPassword', typedBytesMax)))
  const { account, ...reply } = await renew(warden, ask, newPassword)
  wipe(newPassword.declassify())
  const outcome = reply.is === 'refused' ? reply.refusal : 'granted'
  warden.meter.count('warden_renewals_total', 1, { outcome })
  warden.tell({ kind: 'warden.renewPassword', caller: 'gate', outcome, ...(account === undefined ? {} : { subject: account }) })
  return reply
}
