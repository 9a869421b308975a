/**
 * One IMAP connection after login: reads commands, performs what they ask, writes what they answer. Commands run one
 * after the other in the order they came; what the client pipelines waits in the socket. A fault is answered and survived.
 */
import type { Duplex } from 'node:stream'
import type { AccountSession, MailroomSession } from '../mailroom/session.ts'
import type { PersonReporter } from '../reporting/person-reporter.ts'
import type { Picture } from '../mailroom/tickets.ts'
import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import { Bug } from '@bulkhead/base/assert.ts'
import { bringsMessages } from '@bulkhead/wire/imap/append-grammar.ts'
import { commandLine, tagOf, type CommandLine } from '@bulkhead/wire/imap/command-line.ts'
import { defaultLanguage, languageOf, type Text } from '@bulkhead/wire/imap/language.ts'
import { commandReader, type CommandReader, type ReaderEvent } from '@bulkhead/wire/imap/reader.ts'
import {
  badReply, bye, encodeContinue, encodeTagged, encodeUntagged, ok, type Tagged,
} from '@bulkhead/wire/imap/response.ts'
import { parsed, scanOf, type Scan } from '@bulkhead/wire/imap/scan.ts'
import { announce, knowsAll } from './announce.ts'
import type { Moment } from './moment.ts'
import { capabilityText } from './capability.ts'
import { clientInput, type ClientInput } from './client-input.ts'
import type { Command, Replies } from './command.ts'
import { append, beginsAppend, refuseLiteral } from './commands/append.ts'
import { idleOn } from './commands/idle.ts'
import type { Conversation } from './conversation.ts'
import { deflated } from './deflated.ts'
import { dialogues } from './dialogues.ts'
import { CutShort } from './fetch/long-line.ts'
import { noting } from './notify/deeds.ts'
import { notified } from './notify/telling.ts'
import { listens } from './notify/watch.ts'
import type { Ports } from './ports.ts'
import { liveChanges } from './search/live.ts'
import { pictureOf, remade } from './picture.ts'
import { progressTeller } from './progress.ts'
import { faultReply } from './refusals.ts'
import { commandNamed } from './registry.ts'
import { logout, newSession, speaksUtf8, type Session } from './session.ts'
import { ClientGone, sinkOf } from './sink.ts'

/** RFC 9051 section 5.4: at least 30 minutes. */
const idleMs = 30 * 60_000
/** How long a client may take to read the last words. */
const farewellMs = 10_000
/** Commands in a row that were no commands; then nobody sensible is there. */
const badInARowMax = 50

const nothing = Buffer.alloc(0)

const atEnd: Moment = { mayExpunge: true, withUid: false }
/** No command is under way, and the client counts on its numbers. */
const between: Moment = { mayExpunge: false, withUid: true }

interface Driver extends Conversation {
  /** As `put`, without a promise where the client keeps up. */
  offer(piece: string | Buffer): void | Promise<void>
  become(session: Session): void
  /** The command of that tag begins: what takes long is told of by it. */
  begin(tag: string): void
  /** Waits for the client between commands; a session that stays quiet is parked meanwhile, and is over then. */
  rest(): Promise<void>
  /** Ends the stream; resolves when all of it is on its way. */
  ended(): Promise<void>
  /** Counts commands that were none. */
  wasBad(isBad: boolean): void
}

/** One look at the journal for all that came before it: a command sent by then sees what was done before it was sent. */
const refreshing = (account: MailAccount, input: () => ClientInput): (() => Promise<void>) => {
  let seen: { readonly of: ClientInput; readonly received: number } | undefined
  return async () => {
    const of = input()
    if (seen?.of === of && of.taken <= seen.received) return
    const { received } = of
    await account.refresh()
    seen = { of, received }
  }
}

/** Whether nothing was heard or told for as long as a session stays in memory. */
const quietness = (afterMs: number | undefined, nudge: () => void) => {
  let isQuiet = false
  const timer = afterMs === undefined ? undefined : setTimeout(() => {
    isQuiet = true
    nudge()
  }, afterMs)
  return {
    isQuiet: (): boolean => isQuiet,
    stir(): void {
      isQuiet = false
      timer?.refresh()
    },
    stop: (): void => clearTimeout(timer),
  }
}

/** Stops reading here; what came so far is another reader's. */
const unreadOf = (reader: CommandReader, input: ClientInput): Buffer => {
  input.stop()
  const chunks = [reader.rest()]
  for (let chunk = input.take(); chunk !== undefined; chunk = input.take()) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Acts when the signal is or becomes aborted; returns the way to take that back. */
const heeding = (signal: AbortSignal, act: () => void): (() => void) => {
  signal.addEventListener('abort', act, { once: true })
  if (signal.aborted) act()
  return () => signal.removeEventListener('abort', act)
}

const portsOf = ({ account, clock, who, hostName, jmapUrl }: AccountSession, own: Pick<Ports, 'refresh' | 'progress' | 'gone' | 'reports'>): Ports =>
  ({ account, clock, login: who.login, hostName, jmapUrl, ...own })

const toldFaults = ({ meter, log }: AccountSession) => (error: unknown): Tagged => {
  if (error instanceof ClientGone || error instanceof CutShort) throw error
  meter.count('imap_faults_total')
  log.error(error instanceof Bug ? 'imapBug' : 'imapFault', error)
  return faultReply(error)
}

const conversationOf = (given: AccountSession, reports: PersonReporter): Driver & Disposable => {
  const { socket, account, clock, limits } = given
  const clientGone = new AbortController()
  let session: Session = { ...newSession, language: languageOf([given.language]) ?? defaultLanguage }
  let isLeaving = false
  let goodbye: Text | null = null
  let badInARow = 0
  let unread: ReaderEvent | undefined
  let isGivenBack = false

  const idleTimer = setTimeout(() => end('Idle for too long'), idleMs)
  const quiet = quietness(given.parkAfterMs, () => input.nudge())
  const heard = (): void => {
    idleTimer.refresh()
    quiet.stir()
  }
  let stream: Duplex = socket
  let input = clientInput(stream, given.firstBytes, heard)
  let sink = sinkOf(stream)
  const reader = commandReader()
  /** The session is to end: reading stops, and what waits for the client goes on and finds that out. */
  const end = (text: Text): void => {
    goodbye ??= text
    isLeaving = true
    input.stop()
  }
  const stopHeeding = heeding(given.stopping, () => end('Server is shutting down, try again in a moment'))
  const onClose = (): void => clientGone.abort()
  socket.once('close', onClose)

  const unreadBytes = (): Buffer => unreadOf(reader, input)
  const put = async (text: string | Buffer): Promise<void> => {
    const waits = sink.put(text)
    if (waits !== undefined) await waits
  }
  const progress = progressTeller(clock, () => ({ sink, language: session.language }))
  const leave = async (text: Text): Promise<void> => {
    goodbye = null
    session = logout(session)
    await put(encodeUntagged(bye(text), session.language))
  }
  const nextEvent = (): ReaderEvent | undefined => {
    if (isLeaving) return undefined
    const event = unread ?? reader.next()
    unread = undefined
    return event
  }
  const read = async (): Promise<ReaderEvent | undefined> => {
    for (;;) {
      const event = nextEvent()
      if (event !== undefined) return event
      await sink.flush()
      const chunk = isLeaving ? undefined : await input.next()
      if (chunk === undefined) {
        if (goodbye !== null) await leave(goodbye)
        return undefined
      }
      reader.push(chunk)
    }
  }
  const faulted = toldFaults(given)
  const ports = portsOf(given, { refresh: refreshing(account, () => input), progress: progress.report, gone: clientGone.signal, reports })
  let stopWatching: (() => void) | undefined
  /** What NOTIFY listens for is told between commands too. */
  const attend = (): void => {
    if (listens(session)) stopWatching ??= account.watch(() => input.nudge())
  }
  const tell = async (moment: Moment): Promise<void> => {
    const { lines, session: told, arrived, isDeleted } = announce(session, account.state(), moment)
    if (isDeleted) return leave('Selected mailbox was deleted')
    const live = await liveChanges(ports, session, told, faulted)
    for (const some of [live.before, lines, live.after]) {
      for (const line of some) {
        quiet.stir()
        await put(line)
      }
    }
    session = live.session
    session = await notified({ ports, limits, put, faulted }, session, arrived)
  }
  const park = async (idleTag: string | null): Promise<boolean> => {
    quiet.stir()
    await sink.flush()
    const isClear = reader.isBetween && input.heldBytes === 0 && unread === undefined && !isLeaving && !input.hasEnded && stream === socket
    const picture = isClear ? pictureOf(session, account.state(), idleTag) : undefined
    isGivenBack = picture !== undefined && (await given.gatehouse()?.park(unreadBytes, picture, idleTag !== null)) === true
    if (isGivenBack) session = logout(session)
    return isGivenBack
  }

  return {
    ports,
    limits,
    session: () => session,
    begin: progress.begin,
    become(next) {
      session = next
      attend()
    },
    noted(deeds) {
      session = noting(session, deeds)
    },
    poll() {
      for (let event = nextEvent(); ; event = nextEvent()) {
        const chunk = event === undefined ? input.take() : undefined
        if (chunk === undefined) return event
        reader.push(chunk)
      }
    },
    unread(event) {
      unread = event
    },
    read,
    ready: () => input.ready(),
    get isEnding() {
      return isLeaving || input.hasEnded || session.phase === 'over'
    },
    get heldBytes() {
      return input.heldBytes + reader.heldBytes
    },
    get isCompressed() {
      return stream !== socket
    },
    async compress() {
      await sink.flush()
      stream = deflated(socket, unreadBytes(), end)
      input = clientInput(stream, nothing, heard)
      sink = sinkOf(stream)
    },
    wayBack() {
      const gatehouse = stream === socket ? given.gatehouse() : undefined
      return gatehouse && (async () => {
        await sink.flush()
        session = logout(session)
        isGivenBack = true
        await gatehouse.logInAgain(unreadBytes())
      })
    },
    ended: async () => (isGivenBack ? undefined : endOf(stream)),
    answer: (literal) => reader.answer(literal),
    get isQuiet() {
      return quiet.isQuiet()
    },
    park,
    async rest() {
      while (unread === undefined && reader.heldBytes === 0 && input.heldBytes === 0 && !isLeaving && !input.hasEnded) {
        await sink.flush()
        // It may have become quiet while a command ran: then nobody nudges again.
        if (!quiet.isQuiet()) await input.ready()
        if (quiet.isQuiet() && (await park(null))) return
        if (listens(session)) await tell(between)
        if (session.phase === 'over') return
      }
    },
    put,
    offer: (piece) => sink.put(piece),
    flush: () => sink.flush(),
    announce: tell,
    async finish(tag, reply, moment) {
      if (!knowsAll(session, account.state())) await tell(moment)
      const waits = sink.put(encodeTagged(tag, reply, session.language))
      if (waits !== undefined) await waits
    },
    leave,
    faulted,
    wasBad(isBad) {
      badInARow = isBad ? badInARow + 1 : 0
      if (badInARow > badInARowMax) end('Too many bad commands')
    },
    [Symbol.dispose]() {
      clearTimeout(idleTimer)
      quiet.stop()
      stopWatching?.()
      input.stop()
      stopHeeding()
      socket.off('close', onClose)
    },
  }
}

const momentOf = (command: Command, byUid: boolean): Moment => ({ mayExpunge: byUid || command.numbers === 'breaks', withUid: byUid })

/** Untagged data first, then what changed meanwhile, then the tagged answer. */
const write = async (driver: Driver, tag: string, replies: Replies, moment: Moment): Promise<void> => {
  if ('is' in replies) return driver.finish(tag, await streamed(driver, replies.pieces), moment)
  let tagged: Tagged = ok('Completed')
  for (const reply of replies) {
    if (reply.is === 'tagged') tagged = reply
    else {
      const waits = driver.offer(encodeUntagged(reply, driver.session().language))
      if (waits !== undefined) await waits
    }
  }
  await driver.finish(tag, tagged, moment)
}

type Streamed = Extract<Replies, { is: 'stream' }>

const streamed = async (driver: Driver, pieces: Streamed['pieces']): Promise<Tagged> => {
  try {
    for (let step = await pieces.next(); ; step = await pieces.next()) {
      if (step.done === true) return step.value
      if (step.value.length === 0) await driver.flush()
      for (const piece of step.value) {
        const waits = driver.offer(piece)
        if (waits !== undefined) await waits
      }
    }
  } finally {
    await pieces.return(ok('Ended'))
  }
}

const perform = async (driver: Driver, command: Command, line: CommandLine, scan: Scan): Promise<void> => {
  const { tag, byUid } = line
  const { ports, limits } = driver
  const session = driver.session()
  const moment = momentOf(command, byUid)
  const state = ports.account.state()
  const begun = command.begin(scan, { session, state, tag, byUid, limits, jmapUrl: ports.jmapUrl, nowMs: ports.clock.now() })
  driver.wasBad(begun.is === 'tagged' && begun.condition === 'BAD')
  if (begun.is === 'tagged') return driver.finish(tag, begun, moment)
  driver.begin(tag)
  try {
    const outcome = await begun.perform(ports)
    driver.become(outcome.session)
    await write(driver, tag, outcome.replies, moment)
  } catch (error) {
    await driver.finish(tag, driver.faulted(error), moment)
  }
}

const runLine = async (driver: Driver, bytes: Buffer): Promise<void> => {
  // An empty line is no command; clients leave one behind a literal.
  if (bytes.length === 0) return undefined
  const scan = scanOf(bytes, speaksUtf8(driver.session()))
  const line = parsed(scan, commandLine)
  if (line.is === 'bad') {
    driver.wasBad(true)
    return driver.finish(tagOf(bytes), badReply(line.why), atEnd)
  }
  const { tag, name, byUid } = line.value
  const dialogue = byUid ? undefined : dialogues.get(name)
  if (dialogue !== undefined) return dialogue(driver, tag, scan)
  if (bringsMessages(name, byUid)) return append(driver, { is: 'line', bytes })
  const command = commandNamed(name, byUid)
  if (command !== undefined) return perform(driver, command, line.value, scan)
  driver.wasBad(true)
  return driver.finish(tag, badReply('Unknown command'), atEnd)
}

type Literal = Extract<ReaderEvent, { is: 'literal' }>

const runLiteral = async (driver: Driver, literal: Literal): Promise<void> => {
  if (beginsAppend(literal)) return append(driver, literal)
  if (!literal.fits) return refuseLiteral(driver, tagOf(literal.bytes), literal, badReply('Literal is too large'))
  driver.answer('keep')
  if (literal.waits) await driver.put(encodeContinue('Ready for the literal', driver.session().language))
  return undefined
}

/** Waits for the client. Undefined where the session is over. */
const nextOf = async (driver: Driver): Promise<ReaderEvent | undefined> => {
  await driver.rest()
  return driver.session().phase === 'over' ? undefined : driver.read()
}

const serve = async (driver: Driver): Promise<void> => {
  while (driver.session().phase !== 'over') {
    const event = driver.poll() ?? (await nextOf(driver))
    if (event === undefined) return
    if (event.is === 'line') await runLine(driver, event.bytes)
    else if (event.is === 'literal') await runLiteral(driver, event)
    else if (event.is === 'refused') await driver.finish(tagOf(event.bytes), badReply(event.why), atEnd)
    else if (event.is === 'lost') await driver.leave(event.why)
  }
}

/** What the client does not take in time is lost with it. */
const endOf = (stream: Duplex): Promise<void> =>
  new Promise((resolve) => {
    if (stream.destroyed) return resolve()
    const timer = setTimeout(() => stream.destroy(), farewellMs)
    const settle = (): void => {
      clearTimeout(timer)
      resolve()
    }
    stream.once('close', settle)
    stream.end(settle)
  })

/** A session that was parked goes on where it was: in its IDLE, or between two commands. */
const comeBack = async (driver: Driver, picture: Picture): Promise<void> => {
  const { account } = driver.ports
  const was = remade(picture, await account.refresh())
  if (was === 'lost') return driver.leave('Session lost, log in again')
  driver.become(was.session)
  if (was.idleTag !== null) await idleOn(driver, was.idleTag)
}

export const imap = ({ reports }: { readonly reports: PersonReporter }): MailroomSession => ({
  opens: 'account',
  async run(given) {
    using driver = conversationOf(given, reports)
    try {
      await (given.picture === null
        ? driver.put(encodeTagged(given.tag, ok('Logged in', capabilityText(given)), driver.session().language))
        : comeBack(driver, given.picture))
      await serve(driver)
      await driver.flush()
      await driver.ended()
    } catch (error) {
      // A client that went away is no fault; a response cut short was logged where it was cut.
      if (error instanceof CutShort) given.log.error('imapCutShort', error.cause ?? error)
      else if (!(error instanceof ClientGone)) throw error
    }
  },
})
