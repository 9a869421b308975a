import type { Language } from '@bulkhead/wire/imap/language.ts'
import { mailbox, ok, untagged, type Untagged } from '@bulkhead/wire/imap/response.ts'
import { command } from '../command.ts'

/** RFC 2342; section 3.4 of RFC 5255: what the prefix is called in the client's language, in modified UTF-7. */
export const namespaceLine = (language: Language): Untagged =>
  untagged(`NAMESPACE (("" "/")) NIL (("Shared/" "/"${language === 'ja' ? ` "TRANSLATION" (${mailbox('共有/', false)})` : ''}))`)

/** `NAMESPACE`: one personal namespace without a prefix, none of other people's, one of shared mailboxes. */
export const namespace = command({
  name: 'NAMESPACE',
  rfc: '2342, 5255 section 3.4',
  numbers: 'breaks',
  args: [],
  asks: 'nothing',
  decide: () => ({}),
  reply: { done: (_, { session }) => [namespaceLine(session.language), ok('NAMESPACE completed')] },
})
