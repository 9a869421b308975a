/** `EmailSubmission/query` (RFC 8621 section 7.3). */
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { queryAnswer, queryArguments, windowStart } from '@bulkhead/wire/jmap/query.ts'
import { stateText } from '@bulkhead/wire/jmap/state.ts'
import { answer, type Method } from '../method.ts'
import { freshSubmissions, storedSubmissions } from './current-submissions.ts'
import { foundSubmissions, submissionQuery as kind } from './found-submissions.ts'

export const submissionQuery: Method = {
  name: 'EmailSubmission/query',
  capability: capabilities.submission,
  async run(args, context) {
    const asked = queryArguments(args, kind)
    await context.account.refresh()
    const all = await freshSubmissions(storedSubmissions(context.account), context)
    const ids = foundSubmissions(all, asked.filter, asked.sort).map(({ id }) => id as string)
    const position = windowStart(asked, ids.length, (id) => ids.indexOf(id))
    return answer(queryAnswer(asked, {
      queryState: stateText(context.account.state().own.seq),
      canCalculateChanges: true,
      position,
      ids: ids.slice(position, position + asked.limit),
      total: ids.length,
    }))
  },
}
