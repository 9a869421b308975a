/**
 * A POP3 session after login. The only code here that reads, performs and writes; everything it does was decided by a
 * command. Replies to pipelined commands leave together. Deletions happen at QUIT or not at all.
 */
import { Fault } from '@bulkhead/base/fault.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import { isRefused } from '@bulkhead/mail/refusal.ts'
import { parsePop3, pop3LineBytesMax } from '@bulkhead/wire/pop3/command.ts'
import { listed, listEnd, negative, positive } from '@bulkhead/wire/pop3/reply.ts'
import { dotWriter } from '@bulkhead/wire/smtp/dot-writer.ts'
import { lineReader } from '@bulkhead/wire/smtp/line-reader.ts'
import { clientStream, ended, gatherBytesMax, type ClientStream } from '../client-stream.ts'
import type { AccountSession, MailroomSession } from '../mailroom/session.ts'
import type { Decision } from './command.ts'
import { maildrop, type Maildrop } from './maildrop.ts'
import { topOfMessage, wholeMessage } from './message-stream.ts'
import { pop3Refusals } from './refusals.ts'
import { decide, states, type Pop3State } from './states.ts'

/** RFC 1939 section 3 asks for ten minutes at least. */
const idleMs = 600_000
/** A client that understands nothing is let go. */
const mistakesMax = 20

type Outcome = 'goOn' | 'over'

const sayList = async (client: ClientStream, text: string, lines: Iterable<string>): Promise<Outcome> => {
  client.put(positive(text))
  let gathered = ''
  for (const line of lines) {
    gathered += listed(line)
    if (gathered.length < gatherBytesMax) continue
    client.put(gathered)
    gathered = ''
    if (!(await client.flush())) return 'over'
  }
  client.put(gathered + listEnd)
  return 'goOn'
}

/** Sends a multi-line reply's content with its dots stuffed. Once begun it ends well or the connection breaks. */
const sendStuffed = async (client: ClientStream, pieces: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<Outcome> => {
  const stuffing = dotWriter()
  for await (const piece of pieces) {
    client.put(stuffing.push(piece))
    if (client.gatheredBytes >= gatherBytesMax && !(await client.flush())) return 'over'
  }
  client.put(stuffing.end())
  return 'goOn'
}

const sendMessage = async (
  session: AccountSession,
  client: ClientStream,
  drop: Maildrop,
  { position, bodyLines }: Extract<Decision, { is: 'message' }>,
): Promise<Outcome> => {
  const { account } = session
  const { messages } = account.state().inbox
  const at = messages.indexOf(drop.uidAt(position))
  const message = at < 0 ? undefined : messages.messageId(at)
  if (message === undefined) {
    client.put(pop3Refusals.expunged)
    return 'goOn'
  }
  // Clients that list headers ask for no line of the body; the index has those without touching the body.
  if (bodyLines === 0) {
    for await (const index of account.indexes([message])) {
      if (index === undefined || !index.headerComplete) break
      client.put(positive('Top of message follows'))
      return await sendStuffed(client, [Buffer.from(index.header)])
    }
  }
  await using body = await account.body(message)
  if (body === undefined) {
    client.put(pop3Refusals.expunged)
    return 'goOn'
  }
  const pieces = wholeMessage(body)
  // The first piece is read before anything is said, so that a store that is away still gets an honest refusal.
  const first = await pieces.next()
  client.put(positive(bodyLines === null ? `${drop.sizeAt(position)} octets` : 'Top of message follows'))
  const all = joined(first, pieces)
  // Awaited here: the body is closed, and its key wiped, when this function is left.
  return await sendStuffed(client, bodyLines === null ? all : topOfMessage(all, bodyLines))
}

async function* joined(first: IteratorResult<Buffer>, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  if (first.done === true) return
  yield first.value
  yield* rest
}

/** RFC 1939 section 6. */
const update = async (session: AccountSession, client: ClientStream, drop: Maildrop): Promise<Outcome> => {
  const ranges = drop.deletedRanges()
  if (ranges.length > 0) {
    const answer = await session.account.expunge(drop.mailbox, ranges, 'always')
    if (isRefused(answer)) {
      client.put(pop3Refusals[answer.why])
      return 'over'
    }
    session.meter.count('pop3_messages_deleted', answer.uids.length)
  }
  client.put(positive(drop.count === 0 ? 'Bye, maildrop is empty' : `Bye, ${drop.count} messages left`))
  return 'over'
}

const perform = async (
  session: AccountSession,
  client: ClientStream,
  drop: Maildrop,
  decision: Decision,
): Promise<Outcome> => {
  switch (decision.is) {
    case 'say':
      client.put(positive(decision.text))
      return 'goOn'
    case 'refuse':
      client.put(negative(decision.text))
      return 'goOn'
    case 'list':
      return sayList(client, decision.text, decision.lines)
    case 'message':
      return sendMessage(session, client, drop, decision)
    case 'markDeleted':
      drop.markDeleted(decision.position)
      client.put(positive(decision.text))
      return 'goOn'
    case 'unmarkAll':
      drop.unmarkAll()
      client.put(positive(decision.text))
      return 'goOn'
    case 'update':
      return update(session, client, drop)
  }
}

/** A fault before a reply began is said and survived; one in the middle of a message can only break the connection. */
const performSafely = async (
  session: AccountSession,
  client: ClientStream,
  drop: Maildrop,
  decision: Decision,
): Promise<Outcome> => {
  const before = client.putBytes
  try {
    return await perform(session, client, drop, decision)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    session.log.error('pop3Fault', error, { doing: decision.is })
    if (client.putBytes !== before) {
      session.socket.destroy()
      return 'over'
    }
    client.put(negative('Temporary failure, try again later', 'SYS/TEMP'))
    return decision.is === 'update' ? 'over' : 'goOn'
  }
}

const goodbye = negative('Service is stopping, nothing was deleted', 'SYS/TEMP')

/** Reads commands and carries them out, one at a time, until the session is over; the last reply is not yet sent. */
const serve = async (session: AccountSession, client: ClientStream, drop: Maildrop): Promise<void> => {
  const lines = lineReader(pop3LineBytesMax)
  let state: Pop3State = 'transaction'
  let mistakes = 0
  const mistake = (text: string): Outcome => {
    mistakes += 1
    client.put(negative(mistakes < mistakesMax ? text : 'Too many mistakes'))
    return mistakes < mistakesMax ? 'goOn' : 'over'
  }
  const answer = async (line: Buffer | string): Promise<Outcome> => {
    if (typeof line === 'string') return mistake(line === 'tooLong' ? 'Line too long' : 'Lines end in CRLF')
    const parsed = parsePop3(line)
    if (parsed.is === 'refused') return mistake(parsed.text)
    const next = states[state][parsed.command.verb]
    if (next === undefined) return mistake('Not now')
    state = next
    return performSafely(session, client, drop, decide(drop, parsed.command))
  }
  for (;;) {
    const line = lines.next()
    if (line !== undefined) {
      const outcome = await answer(line)
      if (outcome === 'over') return
      if (client.gatheredBytes >= gatherBytesMax && !(await client.flush())) return
      continue
    }
    if (!(await client.flush())) return
    const read = await client.read(idleMs)
    if (read === 'stopping') client.put(goodbye)
    if (typeof read === 'string') return
    lines.push(read)
  }
}

const runLocked = async (session: AccountSession, client: ClientStream): Promise<void> => {
  let drop: Maildrop
  try {
    drop = maildrop((await session.account.refresh()).inbox)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    session.log.error('pop3Fault', error, { doing: 'login' })
    client.put(negative('Temporary failure, try again later', 'SYS/TEMP'))
    return
  }
  client.put(positive(`${drop.count} messages (${drop.sizeBytes} octets)`))
  await serve(session, client, drop)
}

/**
 * One session of an account at a time (RFC 1939 section 4). The lock is this mailroom's alone: sessions in two mailrooms
 * do no harm, since deleting twice is deleting once.
 */
export const pop3 = (): Extract<MailroomSession, { opens: 'account' }> => {
  const locked = new Set<AccountHandle>()
  return {
    opens: 'account',
    async run(session) {
      const client = clientStream(session.socket, session.firstBytes, session.stopping)
      const account = session.who.account
      if (locked.has(account)) {
        client.put(pop3Refusals.inUse)
        await client.flush()
        await ended(session.socket)
        return
      }
      locked.add(account)
      session.meter.count('pop3_sessions')
      try {
        await runLocked(session, client)
      } finally {
        // Before the client hears its last reply: it may come back at once.
        locked.delete(account)
      }
      await client.flush()
      await ended(session.socket)
    },
  }
}
