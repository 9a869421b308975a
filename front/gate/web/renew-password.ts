/**
 * `POST /api/password`, the gate's half: both passwords go to the warden, and what it sealed for the mailroom of the session goes there with the
 * request and its proof. The passwords do not. Who guesses here is counted as who guesses at sign-in.
 */
import { base64 } from '@bulkhead/base/bytes.ts'
import { secret, wipe } from '@bulkhead/base/secret.ts'
import type { WardenVerbs } from '@bulkhead/door/contracts/warden.ts'
import type { Door } from '@bulkhead/door/verbs.ts'
import type { WebError } from '../../http/answers.ts'
import { loginMax, passwordBytesMax, textOf, turnedAway, type Fields, type TurnedAway, type Visitor } from './sign-in.ts'

const errors = {
  wrong: 'wrongCredentials', overBudget: 'tooManyAttempts', same: 'samePassword', tooShort: 'passwordTooShort', tooLong: 'passwordTooLong',
  controlCharacter: 'passwordControlCharacter', ownName: 'passwordOwnName', common: 'passwordCommon',
} as const satisfies Record<WardenVerbs['renewPassword']['refusal'], WebError>

export interface Renewing {
  readonly is: 'in'
  readonly renewal: string
}

/** `{ login, password, newPassword }`. */
export const renewPassword = async (
  fields: Fields, { address, secure }: Visitor, mailroom: string, warden: Door<WardenVerbs>,
): Promise<Renewing | TurnedAway> => {
  const login = textOf(fields, 'login', loginMax)
  const password = textOf(fields, 'password', passwordBytesMax)
  const newPassword = textOf(fields, 'newPassword', passwordBytesMax)
  // Half a character would be kept as another one, which no program sends at log-in.
  if (login === undefined || password === undefined || newPassword?.isWellFormed() !== true) return turnedAway('badRequest')
  const [old, fresh] = [secret(Buffer.from(password, 'utf8')), secret(Buffer.from(newPassword, 'utf8'))]
  try {
    const reply = await warden.ask('renewPassword', {
      login, password: base64(old.declassify()), newPassword: base64(fresh.declassify()), mailroom, peer: address, tls: secure,
    })
    return reply.is === 'refused' ? turnedAway(errors[reply.refusal]) : { is: 'in', renewal: reply.answer.renewal }
  } finally {
    for (const bytes of [old, fresh]) wipe(bytes.declassify())
  }
}
