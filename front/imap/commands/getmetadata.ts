import type { MailboxState } from '@bulkhead/mail/account/mail-account.ts'
import { getMetadataArguments } from '@bulkhead/wire/imap/metadata-grammar.ts'
import { mailbox as mailboxText, ok } from '@bulkhead/wire/imap/response.ts'
import { command, type Context } from '../command.ts'
import { piecesOf } from '../fetch/pieces.ts'
import { foundEntries, metadataPieces } from '../listing/metadata.ts'
import { refusalReplies } from '../refusals.ts'
import { speaksUtf8 } from '../session.ts'

/** The server's entries are the account's own. */
const holder = ({ state }: Context, name: string): Pick<MailboxState, 'annotations' | 'specialUse'> | undefined =>
  name === '' ? { annotations: state.annotations, specialUse: null } : state.byName(name)

/** `GETMETADATA [SP options] SP mailbox SP entries` */
export const getMetadata = command({
  name: 'GETMETADATA',
  rfc: '5464 section 4.2',
  numbers: 'breaks',
  args: [getMetadataArguments],
  asks: 'refresh',
  decide: () => ({}),
  reply: {
    done(_, context, [asked]) {
      const of = holder(context, asked.mailbox)
      if (of === undefined) return [refusalReplies.noSuchMailbox]
      const { values, longest } = foundEntries(of, asked)
      const last = ok('GETMETADATA completed', longest === null ? null : `METADATA LONGENTRIES ${longest}`)
      return { is: 'stream', pieces: piecesOf(metadataPieces(mailboxText(asked.mailbox, speaksUtf8(context.session)), values), last) }
    },
  },
})
