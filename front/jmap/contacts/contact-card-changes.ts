import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import type { Method } from '../method.ts'
import { objectChanges } from '../objects/object-types.ts'

/** `ContactCard/changes` (RFC 9610 section 3.2). */
export const contactCardChanges: Method = {
  name: 'ContactCard/changes',
  capability: capabilities.contacts,
  run: async (args, context) => objectChanges('contact', args, context),
}
