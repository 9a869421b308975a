import { no, ok, string, untagged } from '@bulkhead/wire/imap/response.ts'
import { command } from '../command.ts'

/** `GETJMAPACCESS`: where JMAP's session resource for the same mail is. */
export const getJmapAccess = command({
  name: 'GETJMAPACCESS',
  rfc: '9698 section 4',
  numbers: 'breaks',
  args: [],
  asks: 'nothing',
  decide: ({ jmapUrl }) => (jmapUrl === null ? no('UNAVAILABLE', 'Temporarily not available, try again later') : {}),
  reply: { done: (_, { jmapUrl }) => [untagged(`JMAPACCESS ${string(jmapUrl ?? '')}`), ok('GETJMAPACCESS completed')] },
})
