import { quotaRoot } from '@bulkhead/wire/imap/quota-grammar.ts'
import { no, ok } from '@bulkhead/wire/imap/response.ts'
import { command } from '../command.ts'
import { accountRoot, quotaLine, rootOf } from '../listing/quota.ts'

/** `GETQUOTA SP quota-root-name` */
export const getQuota = command({
  name: 'GETQUOTA',
  rfc: '9208 section 4.1.2',
  numbers: 'breaks',
  args: [quotaRoot],
  asks: 'usage',
  decide({ state }, [root]) {
    const mailbox = root === accountRoot ? undefined : state.byName(root)
    if (root === accountRoot) return { mailbox: null }
    return mailbox === undefined || rootOf(mailbox) !== root ? no('NONEXISTENT', 'No such quota root') : { mailbox: mailbox.id }
  },
  reply: { done: ({ usage }, _, [root]) => [quotaLine(root, usage), ok('GETQUOTA completed')] },
})
