/** `Identity/changes` (RFC 8621 section 6.2). */
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { answer, type Method } from '../method.ts'
import { objectChanges } from '../object-changes.ts'
import { agreeingIdentities } from './identities.ts'

export const identityChanges: Method = {
  name: 'Identity/changes',
  capability: capabilities.submission,
  async run(args, context) {
    await context.account.refresh()
    await agreeingIdentities(context)
    return answer(objectChanges(args, context.account.state(), 'identity'))
  },
}
