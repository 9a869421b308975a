import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import type { Method } from '../method.ts'
import { objectChanges } from '../objects/object-types.ts'

/** `AddressBook/changes` (RFC 9610 section 2.2). */
export const addressBookChanges: Method = {
  name: 'AddressBook/changes',
  capability: capabilities.contacts,
  run: async (args, context) => objectChanges('addressBook', args, context),
}
