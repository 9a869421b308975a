/** `CAPA`, RFC 2449 section 5, as it is after login. */
import { command } from '../command.ts'

/** RFC 2449 section 6; AUTH-RESP-CODE is RFC 3206. */
const capabilities = [
  'TOP',
  'UIDL',
  'RESP-CODES',
  'AUTH-RESP-CODE',
  'PIPELINING',
  'EXPIRE NEVER',
  'IMPLEMENTATION Bulkhead',
] as const

export const capa = command({
  verb: 'CAPA',
  decide: () => ({ is: 'list', text: 'Capability list follows', lines: capabilities }),
})
