import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { setArguments } from '@bulkhead/wire/jmap/set.ts'
import type { Method } from '../method.ts'
import { setObjects } from '../objects/object-types.ts'
import { settingType } from './setting-type.ts'

/** `Setting/set`: subjects are updated, or destroyed back to nothing. */
export const settingSet: Method = {
  name: 'Setting/set',
  capability: capabilities.webmail,
  run: async (args, context) => setObjects(settingType, setArguments(args, context.limits), context),
}
