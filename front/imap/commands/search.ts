import { ok, untagged } from '@bulkhead/wire/imap/response.ts'
import { searchProgram } from '@bulkhead/wire/imap/search-grammar.ts'
import { selectedCommand } from '../command.ts'
import { afterSearch, charsetNamed, questionOf, returnsFor } from '../search/asking.ts'
import { beginning, liveReplies, tagInUse } from '../search/beginning.ts'
import { holdsKey } from '../search/question.ts'
import { extendedResult, plainResult } from '../search/result.ts'

/** `SEARCH [search-return-opts] SP search-program` */
export const search = selectedCommand({
  name: 'SEARCH',
  rfc: '9051 section 6.4.4, 4731, 5182, 5032, 5267, 6203, 7162, 8474, 8514, 9394, 6855 section 3',
  numbers: 'keeps',
  hasUidForm: true,
  args: [searchProgram],
  asks: 'search',
  decide: (context, [{ charset, key, returns }]) =>
    charsetNamed(context.session, charset) ?? tagInUse(context, returns) ?? questionOf(context, { charset, key }, returns),
  reply: {
    done(found, context, [{ charset, returns, key }]) {
      const { session, byUid, tag } = context
      const asked = { returns: returnsFor(session, returns), byUid, modSeq: holdsKey(key, 'modSeq') }
      const line = asked.returns === null ? plainResult('SEARCH', found, asked) : extendedResult(tag, found, { ...asked, returns: asked.returns })
      const live = liveReplies(context, { keys: { charset, key }, criteria: null, returns }, found)
      return [...live, ...(line === undefined ? [] : [untagged(line)]), ok('SEARCH completed')]
    },
  },
  becomes: (context, [{ charset, key, returns }], found) =>
    beginning(context, afterSearch(context, key, found, returns), { keys: { charset, key }, criteria: null, returns }, found),
})
