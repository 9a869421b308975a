import { ok, untagged } from '@bulkhead/wire/imap/response.ts'
import { sortProgram } from '@bulkhead/wire/imap/sort-grammar.ts'
import { selectedCommand } from '../command.ts'
import { afterSearch, isScored, questionOf } from '../search/asking.ts'
import { beginning, liveReplies, tagInUse } from '../search/beginning.ts'
import { holdsKey } from '../search/question.ts'
import { extendedResult, plainResult } from '../search/result.ts'

/** `SORT [search-return-opts] SP sort-criteria SP search-criteria` */
export const sort = selectedCommand({
  name: 'SORT',
  rfc: '5256 section 3, 5267, 5957, 6203 section 5',
  numbers: 'keeps',
  hasUidForm: true,
  args: [sortProgram],
  asks: 'sort',
  decide(context, [{ charset, key, returns, criteria }]) {
    const scored = isScored(returns) || criteria.some((criterion) => criterion.key === 'RELEVANCY')
    const question = tagInUse(context, returns) ?? questionOf(context, { charset, key }, returns, scored)
    // The first of an order may be the last found.
    return 'is' in question ? question : { ...question, criteria, reach: null }
  },
  reply: {
    done(found, context, [{ charset, returns, key, criteria }]) {
      const { byUid, tag } = context
      const asked = { returns, byUid, modSeq: holdsKey(key, 'modSeq') }
      const line = returns === null ? plainResult('SORT', found, asked) : extendedResult(tag, found, { ...asked, returns })
      const live = liveReplies(context, { keys: { charset, key }, criteria, returns }, found)
      return [...live, ...(line === undefined ? [] : [untagged(line)]), ok('SORT completed')]
    },
  },
  becomes: (context, [{ charset, key, returns, criteria }], found) =>
    beginning(context, afterSearch(context, key, found, returns), { keys: { charset, key }, criteria, returns }, found),
})
