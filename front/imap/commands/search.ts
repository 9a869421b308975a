import { badReply, ok, untagged } from '@bulkhead/wire/imap/response.ts'
import { searchProgram } from '@bulkhead/wire/imap/search-grammar.ts'
import { selectedCommand } from '../command.ts'
import { afterSearch, questionOf, returnsFor } from '../search/asking.ts'
import { holdsKey } from '../search/question.ts'
import { extendedResult, plainResult } from '../search/result.ts'

/** `SEARCH [search-return-opts] SP search-program` */
export const search = selectedCommand({
  name: 'SEARCH',
  rfc: '9051 section 6.4.4, 4731, 5182, 5032, 6203, 7162, 8474, 8514, 9394, 6855 section 3',
  numbers: 'keeps',
  hasUidForm: true,
  args: [searchProgram],
  asks: 'search',
  decide(context, [{ charset, key, returns }]) {
    if (charset !== undefined && context.session.enabled.has('UTF8=ACCEPT')) return badReply('No charset but UTF-8 is in use')
    return questionOf(context, { charset, key }, returns)
  },
  reply: {
    done(found, { session, byUid, tag }, [{ returns, key }]) {
      const asked = { returns: returnsFor(session, returns), byUid, modSeq: holdsKey(key, 'modSeq') }
      const line = asked.returns === null ? plainResult('SEARCH', found, asked) : extendedResult(tag, found, { ...asked, returns: asked.returns })
      return [...(line === undefined ? [] : [untagged(line)]), ok('SEARCH completed')]
    },
  },
  becomes: (context, [{ key, returns }], found) => afterSearch(context, key, found, returns),
})
