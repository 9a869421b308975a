/** `EmailSubmission/queryChanges` (RFC 8621 section 7.4): what changed is taken out and put where it is now. */
import type { ModSeq } from '@bulkhead/base/ids.ts'
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { MethodFailure } from '@bulkhead/wire/jmap/errors.ts'
import { queryChangesAnswer, queryChangesArguments } from '@bulkhead/wire/jmap/query.ts'
import { sinceOf, stateText } from '@bulkhead/wire/jmap/state.ts'
import { answer, type Method } from '../method.ts'
import { freshSubmissions, storedSubmissions } from './current-submissions.ts'
import { foundSubmissions, submissionQuery as kind } from './found-submissions.ts'

export const submissionQueryChanges: Method = {
  name: 'EmailSubmission/queryChanges',
  capability: capabilities.submission,
  async run(args, context) {
    const asked = queryChangesArguments(args, kind)
    await context.account.refresh()
    const all = await freshSubmissions(storedSubmissions(context.account), context)
    const { own } = context.account.state()
    const objects = own.objects('submission')
    const changes = objects.changesSince(Math.min(sinceOf(asked.sinceQueryState, own.seq), objects.seq) as ModSeq)
    if (changes === undefined) throw new MethodFailure('cannotCalculateChanges')
    const touched = new Set([...changes.created, ...changes.updated])
    const ids = foundSubmissions(all, asked.filter, asked.sort).map(({ id }) => id as string)
    return answer(queryChangesAnswer(asked, {
      oldQueryState: asked.sinceQueryState,
      newQueryState: stateText(own.seq),
      removed: [...changes.updated, ...changes.destroyed],
      added: ids.flatMap((id, index) => (touched.has(id) ? [{ id, index }] : [])),
      total: ids.length,
    }))
  },
}
