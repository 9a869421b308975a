/**
 * `AUTH SP sasl-mech [SP initial-response]` (RFC 4954 section 4). The initial response stays bytes, base64 and all,
 * so that it can be wiped.
 */
import { reply, type Reply } from '../reply.ts'

export interface Auth {
  readonly verb: 'AUTH'
  readonly mechanism: string
  /** Base64 as it came, a view of the line; `=` is the empty response; undefined asks for a challenge. */
  readonly initialResponse: Buffer | undefined
}

/** `sasl-mech = 1*20mech-char`. */
const mechanismPattern = /^[A-Z0-9_-]{1,20}$/

export const parseAuth = (args: Buffer): Auth | Reply => {
  const space = args.indexOf(0x20)
  const mechanismEnd = space === -1 ? args.length : space
  const mechanism = args.toString('latin1', 0, Math.min(mechanismEnd, 21)).toUpperCase()
  if (!mechanismPattern.test(mechanism)) return reply(501, '5.5.4', 'Syntax: AUTH mechanism')
  const initialResponse = space === -1 ? undefined : args.subarray(space + 1)
  return { verb: 'AUTH', mechanism, initialResponse: initialResponse?.length === 0 ? undefined : initialResponse }
}
