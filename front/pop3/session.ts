/**
 * A POP3 session after login. The only code here that reads, performs and writes; everything it does was decided by a
 * command. Replies to pipelined commands leave together. Deletions happen at QUIT or not at all.
 */
import { Fault } from '@bulkhead/base/fault.ts'
import type { Clock } from '@bulkhead/base/clock.ts'
import { isRefused } from '@bulkhead/mail/refusal.ts'
import { parsePop3, pop3LineBytesMax } from '@bulkhead/wire/pop3/command.ts'
import { listed, listEnd, negative, positive } from '@bulkhead/wire/pop3/reply.ts'
import { lineReader } from '@bulkhead/wire/smtp/line-reader.ts'
import { clientStream, ended, gatherBytesMax, type ClientStream } from '../client-stream.ts'
import type { AccountSession, MailroomSession } from '../mailroom/session.ts'
import { always, expireLine, implementation, loginDelayLine } from './capability.ts'
import type { Decision, Terms } from './command.ts'
import type { Lock, Pop3Locks } from './locks.ts'
import { loginDelay } from './login-delay.ts'
import { maildrop, type Maildrop } from './maildrop.ts'
import { expireDays, maildropMailboxes } from './preferences.ts'
import { refusalReply } from './refusals.ts'
import { sendMessage } from './send-message.ts'
import { decide, states, type Pop3State } from './states.ts'
import { languageFor, texts, type Language } from './texts.ts'
import { updated } from './update.ts'

/** RFC 1939 section 3 asks for ten minutes at least. */
const idleMs = 600_000
/** A client that understands nothing is let go. */
const mistakesMax = 20
/** How long a session that has to make way may take to say so. */
const farewellMs = 1_000

type Outcome = 'goOn' | 'over'

/** One session that has its maildrop. */
interface Visit {
  readonly session: AccountSession
  readonly client: ClientStream
  readonly drop: Maildrop
  readonly lock: Lock
  /** After so many days retrieved messages go; null: never. */
  readonly days: number | null
  language: Language
  terms: Terms
}

export interface Pop3Policy {
  /** Between two logins of an account; 0: no wait. */
  readonly loginDelayMs: number
  readonly clock: Clock
  readonly locks: Pop3Locks
}

const termsOf = (language: Language, days: number | null, delayMs: number): Terms => ({
  texts: texts[language],
  capabilities: [...always, expireLine(days), ...loginDelayLine(delayMs), implementation],
})

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

const update = async ({ session, client, drop, days, terms }: Visit): Promise<Outcome> => {
  const outcome = await updated(session.account, drop, days, session.clock.now())
  if (isRefused(outcome)) client.put(refusalReply(outcome.why, terms.texts))
  else {
    session.meter.count('pop3_messages_deleted', outcome.deleted)
    session.meter.count('pop3_messages_expired', outcome.expired)
    client.put(positive(terms.texts.bye(drop.count)))
  }
  return 'over'
}

const send = async (visit: Visit, decision: Extract<Decision, { is: 'message' }>): Promise<Outcome> => {
  const { session, client, drop, terms } = visit
  const sent = await sendMessage({ account: session.account, client, drop, texts: terms.texts, utf8: session.utf8 }, decision)
  if (sent === 'sent' && decision.bodyLines === null) drop.markRetrieved(decision.position)
  return sent === 'broken' ? 'over' : 'goOn'
}

const perform = async (visit: Visit, decision: Decision): Promise<Outcome> => {
  const { client, drop } = visit
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
      return send(visit, decision)
    case 'markDeleted':
      drop.markDeleted(decision.position)
      client.put(positive(decision.text))
      return 'goOn'
    case 'unmarkAll':
      drop.unmarkAll()
      client.put(positive(decision.text))
      return 'goOn'
    case 'speak':
      visit.language = decision.language
      visit.terms = { ...visit.terms, texts: texts[decision.language] }
      client.put(positive(`${decision.language} ${visit.terms.texts.speaks}`))
      return 'goOn'
    case 'update':
      return update(visit)
  }
}

/** A fault before a reply began is said and survived; one in the middle of a message can only break the connection. */
const performSafely = async (visit: Visit, decision: Decision): Promise<Outcome> => {
  const { session, client, terms } = visit
  const before = client.putBytes
  try {
    return await perform(visit, decision)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    session.log.error('pop3Fault', error, { doing: decision.is })
    if (client.putBytes !== before) {
      session.socket.destroy()
      return 'over'
    }
    client.put(negative(terms.texts.temporary, 'SYS/TEMP'))
    return decision.is === 'update' ? 'over' : 'goOn'
  }
}

/** Reads commands and carries them out, one at a time, until the session is over; the last reply is not yet sent. */
const serve = async (visit: Visit): Promise<void> => {
  const { client, drop, lock } = visit
  const lines = lineReader(pop3LineBytesMax)
  let state: Pop3State = 'transaction'
  let mistakes = 0
  const mistake = (text: string): Outcome => {
    mistakes += 1
    client.put(negative(mistakes < mistakesMax ? text : visit.terms.texts.tooManyMistakes))
    return mistakes < mistakesMax ? 'goOn' : 'over'
  }
  const answer = async (line: Buffer | string): Promise<Outcome> => {
    const { texts: said } = visit.terms
    if (typeof line === 'string') return mistake(line === 'tooLong' ? said.lineTooLong : said.lineEnd)
    const parsed = parsePop3(line)
    if (parsed.is === 'refused') return mistake(visit.language === 'en' ? parsed.text : said.notUnderstood)
    const next = states[state][parsed.command.verb]
    if (next === undefined) return mistake(said.notNow)
    state = next
    return performSafely(visit, decide(drop, parsed.command, visit.terms))
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
    const { stopping, takenOver } = visit.terms.texts
    if (read === 'stopping') client.put(negative(lock.makeWay.aborted ? takenOver : stopping, 'SYS/TEMP'))
    if (typeof read === 'string') return
    lines.push(read)
  }
}

const visitOf = async (session: AccountSession, client: ClientStream, lock: Lock, policy: Pop3Policy): Promise<Visit | undefined> => {
  const language = languageFor(session.language) ?? 'en'
  const said = texts[language]
  try {
    const state = await session.account.refresh()
    const mailboxes = maildropMailboxes(state)
    if (mailboxes === undefined) {
      client.put(refusalReply('noSuchMailbox', said))
      return undefined
    }
    const days = expireDays(state)
    return { session, client, lock, drop: maildrop(mailboxes), days, language, terms: termsOf(language, days, policy.loginDelayMs) }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    session.log.error('pop3Fault', error, { doing: 'login' })
    client.put(negative(said.temporary, 'SYS/TEMP'))
    return undefined
  }
}

/** The login is refused after all: the client is before its login again, where the gate can have it back. */
const refuse = async (session: AccountSession, reply: string): Promise<void> => {
  const client = clientStream(session.socket, Buffer.alloc(0), session.stopping)
  client.put(reply)
  await client.flush()
  const gatehouse = session.gatehouse()
  await (gatehouse === undefined ? ended(session.socket) : gatehouse.logInAgain(session.firstBytes))
}

export const pop3 = (policy: Pop3Policy): Extract<MailroomSession, { opens: 'account' }> => {
  const delays = loginDelay(policy.loginDelayMs, policy.clock)

  const visit = async (session: AccountSession, lock: Lock): Promise<void> => {
    const stopping = AbortSignal.any([session.stopping, lock.makeWay])
    const client = clientStream(session.socket, session.firstBytes, stopping, () => lock.heard())
    // A client that vanished while it was sent a message takes no farewell.
    lock.makeWay.addEventListener('abort', () => setTimeout(() => session.socket.destroy(), farewellMs).unref(), { once: true })
    session.meter.count('pop3_sessions')
    try {
      const begun = await visitOf(session, client, lock, policy)
      if (begun !== undefined) {
        client.put(positive(begun.terms.texts.maildrop(begun.drop.count, begun.drop.sizeBytes)))
        await serve(begun)
      }
    } finally {
      // Before the client hears its last reply: it may come back at once.
      lock[Symbol.dispose]()
    }
    await client.flush()
    await ended(session.socket)
  }

  return {
    opens: 'account',
    async run(session) {
      const { account } = session.who
      const said = texts[languageFor(session.language) ?? 'en']
      const lock = await policy.locks.take(account)
      if (lock === undefined) return refuse(session, refusalReply('inUse', said))
      const waitMs = delays.waitMs(account)
      if (waitMs === 0) return visit(session, lock)
      lock[Symbol.dispose]()
      return refuse(session, negative(said.tooSoon(Math.ceil(waitMs / 1_000)), 'LOGIN-DELAY'))
    },
  }
}
