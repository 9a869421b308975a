/**
 * `ehlo = "EHLO" SP ( Domain / address-literal )`, `helo = "HELO" SP Domain` (RFC 5321 section 4.1.1.1), `LHLO` (RFC
 * 2033 section 4.1). quirkHelloName: many clients give names that are no domain, so any printable word is taken as a
 * claim; nothing is ever decided by it.
 */
import { reply, type Reply } from '../reply.ts'

export interface Hello {
  readonly verb: 'EHLO' | 'HELO' | 'LHLO'
  readonly name: string
}

const namePattern = /^[!-~\u00a0-\uffff]{1,255}$/

export const parseHello = (verb: Hello['verb'], args: string): Hello | Reply => {
  const name = args.split(' ', 1)[0] ?? ''
  return namePattern.test(name) ? { verb, name } : reply(501, '5.5.4', `Syntax: ${verb} hostname`)
}
