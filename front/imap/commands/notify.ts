import { notifyArguments, notifyEvents, type NotifyArguments } from '@bulkhead/wire/imap/notify-grammar.ts'
import { no, ok, type Tagged } from '@bulkhead/wire/imap/response.ts'
import { command, type Context } from '../command.ts'
import { piecesOf } from '../fetch/pieces.ts'
import { notices, statusNotice } from '../notify/notices.ts'
import { eventsOf, listeningTo, namesIn, namesMax, notListening } from '../notify/watch.ts'

const refused = (asked: NotifyArguments): Tagged | undefined => {
  if (asked.is === 'unknownEvent') return no(`BADEVENT (${notifyEvents.join(' ')})`, 'Some event is not known here')
  const isTooMuch = asked.is === 'set' && namesIn(asked.groups) > namesMax
  return isTooMuch ? no('NOTIFICATIONOVERFLOW', 'Too many mailboxes are named') : undefined
}

/** `SET STATUS`: where the mailboxes that are listened to stand now (section 3.1). */
const standing = ({ session, state, limits }: Context, asked: NotifyArguments): readonly string[] => {
  if (asked.is !== 'set' || !asked.status) return []
  const { others } = listeningTo(asked.groups, state)
  return [...state.mailboxes.values()].flatMap((mailbox) => {
    const events = eventsOf(others, { name: mailbox.name, isOwn: mailbox.owner === null }, state.subscriptions)
    const isTold = events.has('MessageNew') && mailbox.id !== session.selected?.mailbox
    return isTold ? [statusNotice(session, mailbox, events, limits)] : []
  })
}

/** `NOTIFY SP ("SET" [SP "STATUS"] SP event-groups / "NONE")` */
export const notify = command({
  name: 'NOTIFY',
  rfc: '5465',
  numbers: 'breaks',
  args: [notifyArguments],
  asks: 'refresh',
  decide: (_, [asked]) => refused(asked) ?? {},
  reply: {
    /** What was listened to until now is told to its end. */
    done: (_, after, [asked]) => ({
      is: 'stream',
      pieces: piecesOf([...notices(after.session, after.state, after.limits).lines, ...standing(after, asked)], ok('NOTIFY completed')),
    }),
  },
  /** SET tells what has come together in the selected mailbox, as NOOP does (section 3.1). */
  becomes: ({ session, state }, [asked]) =>
    (asked.is === 'set'
      ? { ...session, notify: listeningTo(asked.groups, state), deeds: [{ is: 'changedSelected' }] }
      : { ...session, notify: notListening(state) }),
})
