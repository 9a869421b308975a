/** `EmailSubmission/get` (RFC 8621 section 7.1). */
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { MethodFailure } from '@bulkhead/wire/jmap/errors.ts'
import { getAnswer, getArguments, picked } from '@bulkhead/wire/jmap/get.ts'
import { stateText } from '@bulkhead/wire/jmap/state.ts'
import { answer, type Method } from '../method.ts'
import { freshSubmissions } from './current-submissions.ts'
import { reportedSubmissions } from './look-for-reports.ts'
import { submissionJson, submissionOf, submissionProperties } from './stored-submission.ts'

export const submissionGet: Method = {
  name: 'EmailSubmission/get',
  capability: capabilities.submission,
  async run(args, context) {
    const { accountId, ids, properties } = getArguments(args, context.limits, { properties: submissionProperties })
    const { own } = await context.account.refresh()
    const objects = own.objects('submission')
    if (ids === null && objects.size > context.limits.maxObjectsInGet) throw new MethodFailure('requestTooLarge', 'there are more than maxObjectsInGet')
    const asked = ids ?? Array.from(objects.all(), ({ id }) => id)
    const found = asked.flatMap((id) => objects.get(id) ?? [])
    const fresh = await freshSubmissions(found.map(submissionOf), context)
    const list = (await reportedSubmissions(fresh, context)).map((submission) => picked(submissionJson(submission), properties))
    const notFound = asked.filter((id) => objects.get(id) === undefined)
    return answer(getAnswer(accountId, stateText(context.account.state().own.seq), list, notFound))
  },
}
