import type { MailboxState } from '@bulkhead/mail/account/mail-account.ts'
import { badReply, encodeUntagged, ok, type Response, type Tagged, type Untagged } from '@bulkhead/wire/imap/response.ts'
import { selectArguments, type SelectArguments } from '@bulkhead/wire/imap/select-grammar.ts'
import { command, uidRequired, type Context, type Replies } from '../command.ts'
import { memoryPieces, type Pieces } from '../fetch/pieces.ts'
import type { FetchJob } from '../fetch/job.ts'
import { refusalReplies } from '../refusals.ts'
import { closed, described } from '../select/described.ts'
import { resyncJob } from '../select/resync.ts'
import { enabling, isUidOnly, select as selected, unselect, type Session } from '../session.ts'

const mayResync = ({ session }: Context, { resync }: SelectArguments): Tagged | undefined => {
  if (resync === null) return undefined
  if (!session.enabled.has('QRESYNC')) return badReply('QRESYNC is not enabled')
  return resync.match !== null && isUidOnly(session) ? uidRequired : undefined
}

async function* resynced({ language }: Session, lines: readonly Untagged[], job: FetchJob, last: Tagged): Pieces {
  yield [lines.map((line) => encodeUntagged(line, language)).join('')]
  if (job.vanished !== null) yield [`* ${job.vanished}\r\n`]
  yield* memoryPieces(job.shown, job)
  return last
}

const sessionFor = ({ session }: Context, { condstore }: SelectArguments): Session => (condstore ? enabling(session, ['CONDSTORE']) : session)

const isUntagged = (response: Response): response is Untagged => response.is === 'untagged'

/** RFC 4314 section 4: whoever can change nothing in it has it read-only. */
const mayChange = ({ rights }: MailboxState): boolean => /[swtei]/.test(rights)

const selecting = (name: 'SELECT' | 'EXAMINE', examines: boolean) =>
  command({
    name,
    rfc: '9051 sections 6.3.2, 6.3.3, 7162 sections 3.1.8, 3.2.5',
    numbers: 'breaks',
    args: [selectArguments],
    asks: 'refresh',
    decide: (context, [asked]) => mayResync(context, asked) ?? {},
    reply: {
      done(_, { session, state }, [{ mailbox: wanted, resync }]): Replies {
        const mailbox = state.byName(wanted)
        if (mailbox === undefined) return [...closed(session), refusalReplies.noSuchMailbox]
        const readOnly = examines || !mayChange(mailbox)
        const lines = described(session, state, mailbox, readOnly)
        const last = ok(`${name} completed`, readOnly ? 'READ-ONLY' : 'READ-WRITE')
        const job = resync === null ? null : resyncJob(mailbox, resync, isUidOnly(session))
        return job === null ? [...lines, last] : { is: 'stream', pieces: resynced(session, lines.filter(isUntagged), job, last) }
      },
    },
    /** A failed SELECT leaves none selected. */
    becomes(context, [asked]) {
      const mailbox = context.state.byName(asked.mailbox)
      return mailbox === undefined ? unselect(context.session) : selected(sessionFor(context, asked), mailbox, examines || !mayChange(mailbox))
    },
  })

/** `SELECT SP mailbox [SP select-params]` */
export const select = selecting('SELECT', false)
/** `EXAMINE SP mailbox [SP select-params]` */
export const examine = selecting('EXAMINE', true)
