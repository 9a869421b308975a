import { quotaRoot } from '@bulkhead/wire/imap/quota-grammar.ts'
import { no, ok } from '@bulkhead/wire/imap/response.ts'
import { command } from '../command.ts'
import { accountRoot, quotaLine } from '../listing/quota.ts'

/** `GETQUOTA SP quota-root-name` */
export const getQuota = command({
  name: 'GETQUOTA',
  rfc: '9208 section 4.1.2',
  numbers: 'breaks',
  args: [quotaRoot],
  asks: 'usage',
  decide: (_, [root]) => (root === accountRoot ? {} : no('NONEXISTENT', 'No such quota root')),
  reply: { done: ({ usage }) => [quotaLine(usage), ok('GETQUOTA completed')] },
})
