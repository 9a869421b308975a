/** `EmailSubmission/changes` (RFC 8621 section 7.2): what left meanwhile is among them. */
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { answer, type Method } from '../method.ts'
import { objectChanges } from '../object-changes.ts'
import { freshSubmissions, storedSubmissions } from './current-submissions.ts'

export const submissionChanges: Method = {
  name: 'EmailSubmission/changes',
  capability: capabilities.submission,
  async run(args, context) {
    await context.account.refresh()
    await freshSubmissions(storedSubmissions(context.account), context)
    return answer(objectChanges(args, context.account.state(), 'submission'))
  },
}
