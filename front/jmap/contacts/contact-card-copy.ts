import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { readArguments } from '@bulkhead/wire/jmap/readers.ts'
import { copyShape } from '@bulkhead/wire/jmap/set.ts'
import { methodError, type Method } from '../method.ts'

/** `ContactCard/copy` (RFC 9610 section 3.6): between accounts, and a session has one (RFC 8620 section 5.4). */
export const contactCardCopy: Method = {
  name: 'ContactCard/copy',
  capability: capabilities.contacts,
  async run(args, { accountId }) {
    const { fromAccountId } = readArguments(args, copyShape)
    return fromAccountId === accountId ? methodError('invalidArguments', 'fromAccountId: is the same account') : methodError('fromAccountNotFound')
  },
}
