import { ok, untagged } from '@bulkhead/wire/imap/response.ts'
import { threadProgram } from '@bulkhead/wire/imap/sort-grammar.ts'
import { threadData } from '@bulkhead/wire/imap/thread-response.ts'
import { selectedCommand } from '../command.ts'
import { afterSearch, questionOf } from '../search/asking.ts'

/** `THREAD SP thread-alg SP search-criteria` */
export const thread = selectedCommand({
  name: 'THREAD',
  rfc: '5256 section 3, draft-ietf-morg-inthread section 4',
  numbers: 'keeps',
  hasUidForm: true,
  args: [threadProgram],
  asks: 'thread',
  decide(context, [{ charset, key, algorithm }]) {
    const question = questionOf(context, { charset, key }, null)
    return 'is' in question ? question : { ...question, algorithm }
  },
  reply: {
    done({ shown, positions, forest }, { byUid }) {
      const numberOf = (node: number): number | undefined => {
        const at = positions[node]
        if (at === undefined) return undefined
        return byUid ? shown.uids[at] : at + 1
      }
      return [untagged(threadData({ ...forest, numberOf })), ok('THREAD completed')]
    },
  },
  becomes: (context, [{ key }], found) => afterSearch(context, key, found, null),
})
