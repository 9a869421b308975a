import { searchProgram, type ReturnOption } from '@bulkhead/wire/imap/search-grammar.ts'
import { setText } from '@bulkhead/wire/imap/sequence-set.ts'
import { no, ok, untagged } from '@bulkhead/wire/imap/response.ts'
import { selectedCommand } from '../command.ts'
import { charsetDecoder } from '../search/charset.ts'
import { testOf } from '../search/question.ts'
import { outOfStep } from '../positions.ts'

const badCharset = no('BADCHARSET (UTF-8 US-ASCII ISO-2022-JP SHIFT_JIS EUC-JP ISO-8859-1)', 'Charset is not known')

/** `esearch-response = "ESEARCH" [search-correlator] [SP "UID"] *(SP search-return-data)` */
const esearch = (tag: string, byUid: boolean, numbers: readonly number[], returns: readonly ReturnOption[]): string => {
  const data: string[] = []
  const [first] = numbers
  const last = numbers.at(-1)
  if (returns.includes('MIN') && first !== undefined) data.push(`MIN ${first}`)
  if (returns.includes('MAX') && last !== undefined) data.push(`MAX ${last}`)
  if (returns.includes('ALL') && first !== undefined) data.push(`ALL ${setText(numbers)}`)
  if (returns.includes('COUNT')) data.push(`COUNT ${numbers.length}`)
  return ['ESEARCH', `(TAG "${tag}")`, ...(byUid ? ['UID'] : []), ...data].join(' ')
}

/** `SEARCH [search-return-opts] SP search-program` */
export const search = selectedCommand({
  name: 'SEARCH',
  rfc: '9051 section 6.4.4, 4731',
  numbers: 'keeps',
  hasUidForm: true,
  args: [searchProgram],
  asks: 'search',
  decide({ selected }, [{ charset, key }]) {
    const decode = charsetDecoder(charset)
    if (decode === undefined) return badCharset
    const test = testOf(key, selected.shown, decode)
    return test === undefined ? outOfStep : { mailbox: selected.mailbox, shown: selected.shown, test }
  },
  reply: {
    done({ positions }, { selected, byUid, tag }, [{ returns }]) {
      const numbers = positions.map((at) => (byUid ? (selected.shown.uids[at] ?? 0) : at + 1))
      const line = returns === null ? ['SEARCH', ...numbers].join(' ') : esearch(tag, byUid, numbers, returns)
      return [untagged(line), ok('SEARCH completed')]
    },
  },
})
