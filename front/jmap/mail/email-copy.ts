/** `Email/copy` (RFC 8621 section 4.7): from one account to another. A session has one, and in it Email/set copies (`mailboxIds`). */
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { readArguments } from '@bulkhead/wire/jmap/readers.ts'
import { copyShape } from '@bulkhead/wire/jmap/set.ts'
import { methodError, type Method } from '../method.ts'

export const emailCopy: Method = {
  name: 'Email/copy',
  capability: capabilities.mail,
  async run(args) {
    const { accountId, fromAccountId } = readArguments(args, copyShape)
    if (accountId === fromAccountId) return methodError('invalidArguments', 'fromAccountId: within an account mailboxIds say where an Email is')
    return methodError('fromAccountNotFound')
  },
}
