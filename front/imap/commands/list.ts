import { listArguments, lsubArguments } from '@bulkhead/wire/imap/list-grammar.ts'
import { ok } from '@bulkhead/wire/imap/response.ts'
import { command } from '../command.ts'
import { piecesOf } from '../fetch/pieces.ts'
import { listed } from '../listing/list.ts'
import { subscribedListed } from '../listing/lsub.ts'
import { enabling, speaksUtf8 } from '../session.ts'

/** `LIST [SP list-select-opts] SP mailbox SP mbox-or-pat [SP list-return-opts]` */
export const list = command({
  name: 'LIST',
  rfc: '9051 section 6.3.9, 5258, 5819, 6154, 8440, 9590',
  numbers: 'breaks',
  args: [listArguments],
  asks: 'refresh',
  decide: () => ({}),
  reply: {
    done: (_, { state, limits, session }, [asked]) =>
      ({ is: 'stream', pieces: piecesOf(listed(state, asked, limits, speaksUtf8(session)), ok('LIST completed')) }),
  },
  becomes: ({ session }, [{ returns }]) => (returns?.status?.includes('HIGHESTMODSEQ') === true ? enabling(session, ['CONDSTORE']) : session),
})

/** `LSUB SP mailbox SP list-mailbox` */
export const lsub = command({
  name: 'LSUB',
  rfc: '3501 section 6.3.9',
  numbers: 'breaks',
  args: [lsubArguments],
  asks: 'refresh',
  decide: () => ({}),
  reply: {
    done: (_, { state, session }, [{ reference, pattern }]) =>
      [...subscribedListed(state, reference + pattern, speaksUtf8(session)), ok('LSUB completed')],
  },
})
