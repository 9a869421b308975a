/**
 * The server's side of SASL PLAIN (RFC 4616) and LOGIN (draft-murchison-sasl-login, for clients that know no other) as a
 * machine: responses in, a challenge or credentials out. Never throws on input; holds no more than one user name.
 */
import { utf8Text } from '@bulkhead/base/bytes.ts'
import { wipe } from '@bulkhead/base/secret.ts'
import { decodeBase64 } from './base64.ts'

export interface Credentials {
  readonly login: string
  /** As the client sent it; the owner wipes it. */
  readonly password: Buffer
}

export type SaslStep =
  /** Base64 of the challenge, to be sent behind `334 ` or `+ `. */
  | { readonly is: 'challenge'; readonly base64: string }
  | { readonly is: 'credentials'; readonly credentials: Credentials }
  | { readonly is: 'malformed' }
  | { readonly is: 'cancelled' }

export interface SaslServer {
  /** `initialResponse` is base64 as it came, `=` for empty; undefined where there is none. */
  start(initialResponse: Uint8Array | undefined): SaslStep
  /** A line of the client; `*` cancels (RFC 4954 section 4, RFC 9051 section 6.2.2). */
  respond(line: Uint8Array): SaslStep
}

export const saslMechanisms = ['PLAIN', 'LOGIN'] as const
export type SaslMechanism = (typeof saslMechanisms)[number]

export const loginBytesMax = 512
export const passwordBytesMax = 1_024
/** Two identities, a password and two NULs. */
export const saslResponseBytesMax = 2 * loginBytesMax + passwordBytesMax + 2

const malformed: SaslStep = { is: 'malformed' }
const asterisk = 0x2a
const equals = 0x3d
const isOnly = (line: Uint8Array, byte: number): boolean => line.length === 1 && line[0] === byte

const loginText = (bytes: Uint8Array): string | undefined => {
  const text = bytes.length === 0 || bytes.length > loginBytesMax ? undefined : utf8Text(bytes)
  return text === undefined || /[\u0000-\u001f\u007f]/.test(text) ? undefined : text
}

/** Credentials from their bytes; the password is copied, so that what it came in can be wiped. */
export const credentialsOf = (loginBytes: Uint8Array, passwordBytes: Uint8Array): Credentials | undefined => {
  const login = loginText(loginBytes)
  const fits = passwordBytes.length > 0 && passwordBytes.length <= passwordBytesMax && !passwordBytes.includes(0)
  return login === undefined || !fits ? undefined : { login, password: Buffer.from(passwordBytes) }
}

/**
 * `message = [authzid] UTF8NUL authcid UTF8NUL passwd`. Nobody may act as another here, so an authzid that is not the
 * authcid is as good as malformed.
 */
export const parsePlain = (message: Uint8Array): Credentials | undefined => {
  const first = message.indexOf(0)
  const second = first === -1 ? -1 : message.indexOf(0, first + 1)
  if (second === -1) return undefined
  const authzid = Buffer.from(message.subarray(0, first))
  const authcid = message.subarray(first + 1, second)
  if (authzid.length > 0 && !authzid.equals(authcid)) return undefined
  return credentialsOf(authcid, message.subarray(second + 1))
}

const decoded = (line: Uint8Array): Buffer | undefined =>
  isOnly(line, equals) ? Buffer.alloc(0) : decodeBase64(line, saslResponseBytesMax)

const given = (credentials: Credentials | undefined): SaslStep =>
  credentials === undefined ? malformed : { is: 'credentials', credentials }

const plain = (): SaslServer => {
  const respond = (line: Uint8Array): SaslStep => {
    if (isOnly(line, asterisk)) return { is: 'cancelled' }
    const message = decoded(line)
    if (message === undefined) return malformed
    const credentials = parsePlain(message)
    wipe(message)
    return given(credentials)
  }
  return { start: (initial) => (initial === undefined ? { is: 'challenge', base64: '' } : respond(initial)), respond }
}

/** `Username:` and `Password:`, which some clients compare letter by letter. */
const askLogin: SaslStep = { is: 'challenge', base64: 'VXNlcm5hbWU6' }
const askPassword: SaslStep = { is: 'challenge', base64: 'UGFzc3dvcmQ6' }

const login = (): SaslServer => {
  let name: Buffer | undefined
  const respond = (line: Uint8Array): SaslStep => {
    if (isOnly(line, asterisk)) return { is: 'cancelled' }
    const bytes = decoded(line)
    if (bytes === undefined) return malformed
    if (name === undefined) {
      name = bytes
      return askPassword
    }
    const credentials = credentialsOf(name, bytes)
    wipe(bytes)
    return given(credentials)
  }
  return { start: (initial) => (initial === undefined ? askLogin : respond(initial)), respond }
}

const mechanisms: Readonly<Record<SaslMechanism, () => SaslServer>> = { PLAIN: plain, LOGIN: login }

/** undefined for a mechanism we don't have; the name is compared in upper case. */
export const saslServer = (mechanism: string): SaslServer | undefined => {
  const name = saslMechanisms.find((known) => known === mechanism.toUpperCase())
  return name === undefined ? undefined : mechanisms[name]()
}
