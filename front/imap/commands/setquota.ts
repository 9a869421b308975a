import { setQuotaArguments } from '@bulkhead/wire/imap/quota-grammar.ts'
import { no, ok } from '@bulkhead/wire/imap/response.ts'
import { command } from '../command.ts'

/** `SETQUOTA SP quota-root-name SP quota-list`: how much an account may keep is for its provider to say. */
export const setQuota = command({
  name: 'SETQUOTA',
  rfc: '9208 section 4.1.1',
  numbers: 'breaks',
  args: [setQuotaArguments],
  asks: 'nothing',
  decide: () => no('NOPERM', 'Quotas are set by the provider'),
  reply: { done: () => [ok('SETQUOTA completed')] },
})
