import { bye, ok } from '@bulkhead/wire/imap/response.ts'
import { command } from '../command.ts'
import { logout as ended } from '../session.ts'

/** `LOGOUT` */
export const logout = command({
  name: 'LOGOUT',
  rfc: '9051 section 6.1.3',
  numbers: 'keeps',
  args: [],
  asks: 'nothing',
  decide: () => ({}),
  reply: { done: () => [bye('Logging out'), ok('LOGOUT completed')] },
  becomes: ({ session }) => ended(session),
})
