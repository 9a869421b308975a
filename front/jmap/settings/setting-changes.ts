import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import type { Method } from '../method.ts'
import { objectChanges } from '../objects/object-types.ts'

/** `Setting/changes` (RFC 8620 section 5.2). */
export const settingChanges: Method = {
  name: 'Setting/changes',
  capability: capabilities.webmail,
  run: async (args, context) => objectChanges('setting', args, context),
}
