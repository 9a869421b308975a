import { statusList } from '@bulkhead/wire/imap/list-grammar.ts'
import { mailboxName } from '@bulkhead/wire/imap/mailbox-name.ts'
import { ok, untagged } from '@bulkhead/wire/imap/response.ts'
import { command } from '../command.ts'
import { refusalReplies } from '../refusals.ts'
import { statusText } from '../listing/status-text.ts'
import { enabling, speaksUtf8 } from '../session.ts'

/** `STATUS SP mailbox SP "(" status-att *(SP status-att) ")"` */
export const status = command({
  name: 'STATUS',
  rfc: '9051 section 6.3.11, 7162, 8474, 9208',
  numbers: 'breaks',
  args: [mailboxName, statusList],
  asks: 'refresh',
  decide: () => ({}),
  reply: {
    done(_, { state, limits, session }, [name, items]) {
      const mailbox = state.byName(name)
      if (mailbox === undefined) return [refusalReplies.noSuchMailbox]
      return [untagged(statusText(mailbox, items, limits, speaksUtf8(session))), ok('STATUS completed')]
    },
  },
  /** RFC 7162 section 3.1: whoever asks for it follows MODSEQs. */
  becomes: ({ session }, [, items]) => (items.includes('HIGHESTMODSEQ') ? enabling(session, ['CONDSTORE']) : session),
})
