/**
 * Signing in: the password, or the secret of a remembered device, goes to the warden; what comes back is a pass that opens a session in a
 * mailroom. The rest of what the page said goes there with it; the password does not.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { base64, fromBase64 } from '@bulkhead/base/bytes.ts'
import { secret, wipe } from '@bulkhead/base/secret.ts'
import type { DeviceSecret, WardenVerbs } from '@bulkhead/door/contracts/warden.ts'
import { isUuid } from '@bulkhead/base/ids.ts'
import type { Door } from '@bulkhead/door/verbs.ts'
import { browserName } from '@bulkhead/mail/devices/browser-name.ts'
import { deviceKeyOf } from '@bulkhead/wire/dpop/device-key.ts'
import type { WebError } from '../../http/answers.ts'
import { objectOf, readBody } from '../../http/request-body.ts'

const bodyBytesMax = 8_192
const bodyMs = 15_000
export const loginMax = 512
export const passwordBytesMax = 4_096
const deviceNameMax = 120
const secretBytes = 32

export interface Visitor {
  readonly address: string
  readonly secure: boolean
}

export interface Caller extends Visitor {
  /** RFC 9110 section 10.1.5. */
  readonly userAgent: string
}

export interface LetIn {
  readonly is: 'in'
  readonly pass: string
  readonly mailroom: string
  /** For the mailroom; what the page is to remember comes back with its answer. */
  readonly body: Buffer
}

export interface TurnedAway {
  readonly is: 'refused'
  readonly error: WebError
}

export type SignInOutcome = LetIn | TurnedAway
export type Fields = Readonly<Record<string, unknown>>

export const turnedAway = (error: WebError): TurnedAway => ({ is: 'refused', error })
export const textOf = (fields: Fields, name: string, lengthMax: number): string | undefined => {
  const value = fields[name]
  return typeof value === 'string' && value.length <= lengthMax ? value : undefined
}
const bodyFor = (fields: Fields, remember: DeviceSecret | null): Buffer =>
  Buffer.from(JSON.stringify({ language: textOf(fields, 'language', 16) ?? '', remember }))

/** The page's JSON, in time. */
export const readFields = async (request: IncomingMessage, response: ServerResponse): Promise<Fields | WebError> => {
  const late = setTimeout(() => response.destroy(), bodyMs)
  const body = await readBody(request, bodyBytesMax)
  clearTimeout(late)
  if (typeof body === 'string') return body === 'tooLarge' ? 'tooLarge' : 'badRequest'
  return objectOf(body) ?? 'badRequest'
}

const why = (refusal: 'wrong' | 'overBudget'): SignInOutcome => turnedAway(refusal === 'wrong' ? 'wrongCredentials' : 'away')

/** What the device is to be called; null where it is not to be remembered. */
const deviceNameOf = (remember: unknown, userAgent: string): string | null => {
  if (remember === true) return browserName(userAgent)
  return typeof remember === 'string' && remember !== '' ? remember.slice(0, deviceNameMax) : null
}

/** `{ login, password, key, remember, language? }`; `remember`: what the device calls itself, true to be called by its User-Agent, or false. */
export const signIn = async (fields: Fields, caller: Caller, warden: Door<WardenVerbs>): Promise<SignInOutcome> => {
  const login = textOf(fields, 'login', loginMax)
  const password = textOf(fields, 'password', passwordBytesMax)
  const key = deviceKeyOf(fields['key'])
  const remember = deviceNameOf(fields['remember'], caller.userAgent)
  if (login === undefined || password === undefined || key === undefined) return turnedAway('badRequest')
  const bytes = secret(Buffer.from(password, 'utf8'))
  try {
    const reply = await warden.ask('signIn', {
      login, password: base64(bytes.declassify()), peer: caller.address, tls: caller.secure, key: key.thumbprint, remember,
    })
    if (reply.is === 'refused') return why(reply.refusal)
    const { pass, mailroom, device } = reply.answer
    return { is: 'in', pass, mailroom, body: bodyFor(fields, device) }
  } finally {
    wipe(bytes.declassify())
  }
}

/** `{ device, secret, key, language? }`; the request has a proof by the key. */
export const resume = async (fields: Fields, visitor: Visitor, warden: Door<WardenVerbs>): Promise<SignInOutcome> => {
  const device = textOf(fields, 'device', 36)
  const text = textOf(fields, 'secret', 64)
  const key = deviceKeyOf(fields['key'])
  const bytes = text === undefined ? undefined : fromBase64(text, secretBytes)
  if (device === undefined || !isUuid(device) || bytes?.length !== secretBytes || key === undefined) return turnedAway('badRequest')
  const reply = await warden.ask('resume', { device, secret: base64(bytes), key: key.thumbprint, peer: visitor.address, tls: visitor.secure })
  return reply.is === 'refused' ? why(reply.refusal) : { is: 'in', ...reply.answer, body: bodyFor(fields, null) }
}
