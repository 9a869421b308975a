import { languageOf, languages } from '@bulkhead/wire/imap/language.ts'
import { languageRanges } from '@bulkhead/wire/imap/language-grammar.ts'
import { no, ok, untagged } from '@bulkhead/wire/imap/response.ts'
import { command, toItsEnd } from '../command.ts'
import { namespaceLine } from './namespace.ts'

const someRanges = toItsEnd(languageRanges)

/** `LANGUAGE *(SP lang-range)`: which there are, or which is spoken from the answer on. The gate has one of its own before login. */
export const language = command({
  name: 'LANGUAGE',
  rfc: '5255 section 3',
  numbers: 'breaks',
  args: [someRanges],
  asks: 'nothing',
  decide: (_, [ranges]) => (ranges.length > 0 && languageOf(ranges) === undefined ? no(null, 'This language is not spoken here') : {}),
  reply: {
    done(_, __, [ranges]) {
      const chosen = languageOf(ranges)
      if (chosen === undefined) return [untagged(`LANGUAGE (${languages.join(' ')})`), ok('LANGUAGE completed')]
      return [untagged(`LANGUAGE (${chosen})`), namespaceLine(chosen), ok('Now speaking this language')]
    },
  },
  becomes: ({ session }, [ranges]) => ({ ...session, language: languageOf(ranges) ?? session.language }),
})
