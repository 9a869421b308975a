import { mailboxName } from '@bulkhead/wire/imap/mailbox-name.ts'
import { ok } from '@bulkhead/wire/imap/response.ts'
import { command } from '../command.ts'
import { refusalReplies } from '../refusals.ts'

/** `SUBSCRIBE SP mailbox` */
export const subscribe = command({
  name: 'SUBSCRIBE',
  rfc: '9051 section 6.3.7',
  numbers: 'breaks',
  args: [mailboxName],
  asks: 'subscribe',
  decide: ({ state }, [name]) => (state.byName(name) === undefined ? refusalReplies.noSuchMailbox : { name, on: true }),
  reply: { done: () => [ok('SUBSCRIBE completed')] },
})

/** `UNSUBSCRIBE SP mailbox`, also of one that is gone: its subscription stayed. */
export const unsubscribe = command({
  name: 'UNSUBSCRIBE',
  rfc: '9051 section 6.3.8',
  numbers: 'breaks',
  args: [mailboxName],
  asks: 'subscribe',
  decide: (_, [name]) => ({ name, on: false }),
  reply: { done: () => [ok('UNSUBSCRIBE completed')] },
})
