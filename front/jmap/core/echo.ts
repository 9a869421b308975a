import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { answer, type Method } from '../method.ts'

/** `Core/echo` (RFC 8620 section 4): gives back what it got. */
export const coreEcho: Method = {
  name: 'Core/echo',
  capability: capabilities.core,
  accountless: true,
  run: async (args) => answer(args),
}
