/**
 * A submission session after login (RFC 6409). The only code here that reads, performs and writes. A message that ends
 * any other way than with our 250 is not ours: a break, a stop or a fault in the middle leaves nothing behind.
 */
import { Fault } from '@bulkhead/base/fault.ts'
import { commandLineBytesMax, parseCommand, type SmtpCommand } from '@bulkhead/wire/smtp/command.ts'
import { lineReader, type BadLine } from '@bulkhead/wire/smtp/line-reader.ts'
import { submissionPhases, welcome, type Phase } from '@bulkhead/wire/smtp/phases.ts'
import { encodeReply, isIntermediate, isPositive, reply, type Reply } from '@bulkhead/wire/smtp/reply.ts'
import { urlBytesMax } from '@bulkhead/wire/imap/imap-url.ts'
import type { Bdat } from '@bulkhead/wire/smtp/verbs/bdat.ts'
import type { Burl } from '@bulkhead/wire/smtp/verbs/burl.ts'
import { clientStream, ended, gatherBytesMax, type ClientStream } from '../client-stream.ts'
import type { LaterSession, MailroomSession, SessionCommon } from '../mailroom/session.ts'
import { identity } from '../sending/identity.ts'
import type { SendingPorts } from '../sending/ports.ts'
import type { Transaction } from '../sending/sender.ts'
import { takeByUrl } from './commands/burl.ts'
import { hello } from './commands/hello.ts'
import { mail } from './commands/mail.ts'
import { rcpt } from './commands/rcpt.ts'
import { auth, help, noop, quit, rset, vrfy } from './commands/simple.ts'
import { contentBudget, type ContentBudget } from './content.ts'
import { chunkedContent, dataContent, type ChunkedContent } from './content-reader.ts'
import { laterAccount } from './later-account.ts'
import { submit } from './submit.ts'
import type { Step, Submitting } from './transaction.ts'

/** RFC 5321 section 4.5.3.2.7. */
const idleMs = 300_000
/** Of a command; BURL's has a URL in it. */
const lineBytesMax = Math.max(commandLineBytesMax, urlBytesMax + 16)
/** A client that understands nothing is let go. */
const mistakesMax = 20
/** Bytes of a refused BDAT that are read past to stay in step; more end the session. */
const skippedBytesMax = 1_048_576

const loggedIn = reply(235, '2.7.0', 'Authentication successful')
const startMail = reply(354, undefined, 'Send the message; end it with a dot on a line of its own')
const tryLater = reply(451, '4.3.0', 'Temporary failure, try again later')
const stoppingNow = reply(421, '4.3.2', 'Service is stopping, try again')
const tooSlow = reply(421, '4.4.2', 'Nothing was heard for too long')
const tooManyMistakes = reply(421, '4.7.0', 'Too many mistakes')
const outOfStep = reply(421, '4.5.0', 'Chunk can not be read past')
const noRecipients = reply(554, '5.5.1', 'No valid recipients')
/** RFC 3030 section 3. */
const binaryNeedsChunks = reply(503, '5.5.1', 'BINARYMIME needs BDAT')
const chunkOk = (bytes: number): Reply => reply(250, '2.0.0', `${bytes} bytes`)

const badLines = {
  bareCr: reply(500, '5.5.2', 'Lines end in CRLF'),
  bareLf: reply(500, '5.5.2', 'Lines end in CRLF'),
  tooLong: reply(500, '5.5.2', 'Line too long'),
} as const satisfies Record<BadLine, Reply>

type Outcome = 'goOn' | 'over'

/** One connection's state; everything else is values. */
interface Dialogue {
  readonly submitting: Submitting
  readonly client: ClientStream
  readonly lines: ReturnType<typeof lineReader>
  phase: Phase
  transaction: Transaction | undefined
  chunks: ChunkedContent | undefined
  mistakes: number
}

const say = (dialogue: Dialogue, answer: Reply): Outcome => {
  dialogue.client.put(encodeReply(answer))
  if (answer.code >= 500 && answer.code < 504) dialogue.mistakes += 1
  if (dialogue.mistakes < mistakesMax) return answer.code === 421 ? 'over' : 'goOn'
  dialogue.client.put(encodeReply(tooManyMistakes))
  return 'over'
}

const forget = (dialogue: Dialogue, phase: Phase): void => {
  dialogue.transaction = undefined
  dialogue.chunks = undefined
  dialogue.submitting.content.discard()
  dialogue.phase = phase
}

/** The next bytes of content, what came already first; a reply where there are none. */
const nextBytes = async ({ lines, client }: Dialogue, bytesMax: number): Promise<Buffer | Reply | undefined> => {
  const held = lines.take(bytesMax)
  if (held.length > 0) return held
  if (!(await client.flush())) return undefined
  const read = await client.read(idleMs)
  if (typeof read !== 'string') {
    lines.push(read)
    return lines.take(bytesMax)
  }
  if (read === 'stopping') return stoppingNow
  return read === 'idle' ? tooSlow : undefined
}

const submitted = async (dialogue: Dialogue, log: SessionCommon['log']): Promise<Outcome> => {
  const { submitting, transaction } = dialogue
  let answer = noRecipients
  try {
    if (transaction !== undefined) answer = await submit(submitting, transaction)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    log.error('submissionFault', error)
    answer = tryLater
  }
  forget(dialogue, 'ready')
  return say(dialogue, answer)
}

/** `DATA`, RFC 5321 section 4.1.1.4. */
const receiveData = async (dialogue: Dialogue, session: SessionCommon): Promise<Outcome> => {
  const { client, lines, submitting } = dialogue
  client.put(encodeReply(startMail))
  const content = dataContent(submitting.content, submitting.sender.limits.messageBytesMax)
  for (;;) {
    const bytes = await nextBytes(dialogue, gatherBytesMax)
    if (bytes === undefined) return 'over'
    if (!Buffer.isBuffer(bytes)) return say(dialogue, bytes)
    const rest = content.push(bytes)
    if (rest === undefined) continue
    const after = Buffer.concat([rest, lines.rest()])
    if (after.length > 0) lines.push(after)
    const refused = content.refusal()
    if (refused === undefined) return submitted(dialogue, session.log)
    forget(dialogue, 'ready')
    return say(dialogue, refused)
  }
}

const openChunks = (dialogue: Dialogue): ChunkedContent => {
  const { content, sender: { limits } } = dialogue.submitting
  const isBinary = dialogue.transaction?.mail.body === 'BINARYMIME'
  return (dialogue.chunks ??= chunkedContent(content, limits.messageBytesMax, isBinary))
}

interface Chunk {
  readonly sizeBytes: number
  readonly last: boolean
}

const chunkEnded = (dialogue: Dialogue, { sizeBytes, last }: Chunk, session: SessionCommon): Outcome | Promise<Outcome> => {
  dialogue.phase = 'chunks'
  if (last) dialogue.chunks?.end()
  const refused = dialogue.chunks?.refusal()
  if (refused === undefined) return last ? submitted(dialogue, session.log) : say(dialogue, chunkOk(sizeBytes))
  if (last) forget(dialogue, 'ready')
  return say(dialogue, refused)
}

/** `BDAT`, RFC 3030 section 2. The chunk is read before anything is said, so that both sides stay in step. */
const receiveChunk = async (dialogue: Dialogue, { sizeBytes, last }: Bdat, session: SessionCommon): Promise<Outcome> => {
  const { submitting } = dialogue
  const next = welcome(submissionPhases, dialogue.phase, 'BDAT')
  const refused = typeof next === 'string' ? undefined : next
  const limit = submitting.sender.limits.messageBytesMax
  if (refused !== undefined && sizeBytes > skippedBytesMax) return say(dialogue, outOfStep)
  if (refused === undefined && sizeBytes > limit + skippedBytesMax) return say(dialogue, outOfStep)
  if (refused === undefined) openChunks(dialogue)
  for (let left = sizeBytes; left > 0; ) {
    const bytes = await nextBytes(dialogue, left)
    if (bytes === undefined) return 'over'
    if (!Buffer.isBuffer(bytes)) return say(dialogue, bytes)
    left -= bytes.length
    if (refused === undefined) dialogue.chunks?.push(bytes)
  }
  if (refused !== undefined) return say(dialogue, refused)
  return chunkEnded(dialogue, { sizeBytes, last }, session)
}

/** `BURL`, RFC 4468. */
const receiveUrl = async (dialogue: Dialogue, command: Burl, session: SessionCommon): Promise<Outcome> => {
  const next = welcome(submissionPhases, dialogue.phase, 'BURL')
  if (typeof next !== 'string') return say(dialogue, next)
  const chunks = openChunks(dialogue)
  const taken = chunks.refusal() ?? (await takeByUrl(dialogue.submitting, command, chunks))
  if (typeof taken !== 'number') chunks.fail(taken)
  return chunkEnded(dialogue, { sizeBytes: typeof taken === 'number' ? taken : 0, last: command.last }, session)
}

const decide = (dialogue: Dialogue, command: SmtpCommand): Step | Promise<Step> => {
  const { submitting, transaction } = dialogue
  switch (command.verb) {
    case 'EHLO':
    case 'HELO':
      return hello(submitting, command)
    case 'MAIL':
      return mail(submitting, command)
    case 'RCPT':
      return transaction === undefined ? { reply: noRecipients } : rcpt(submitting, command, transaction)
    case 'RSET':
      return rset
    case 'NOOP':
      return noop
    case 'VRFY':
      return vrfy
    case 'HELP':
      return help
    case 'QUIT':
      return quit
    default:
      return { reply: noRecipients }
  }
}

const decideSafely = async (dialogue: Dialogue, command: SmtpCommand, log: SessionCommon['log']): Promise<Step> => {
  try {
    return await decide(dialogue, command)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    log.error('submissionFault', error, { verb: command.verb })
    return { reply: tryLater }
  }
}

const answer = async (dialogue: Dialogue, line: Buffer | BadLine, session: SessionCommon): Promise<Outcome> => {
  if (typeof line === 'string') return say(dialogue, badLines[line])
  const parsed = parseCommand(line)
  if (parsed.is === 'refused') {
    // The size of the chunk that follows is not known.
    if (parsed.verb === 'BDAT') dialogue.mistakes = mistakesMax
    return say(dialogue, parsed.reply)
  }
  const { command } = parsed
  if (command.verb === 'AUTH') return say(dialogue, auth.reply)
  if (command.verb === 'BDAT') return receiveChunk(dialogue, command, session)
  if (command.verb === 'BURL') return receiveUrl(dialogue, command, session)
  const next = welcome(submissionPhases, dialogue.phase, command.verb)
  if (typeof next !== 'string') return say(dialogue, next)
  if (command.verb === 'DATA' && dialogue.transaction?.mail.body === 'BINARYMIME') return say(dialogue, binaryNeedsChunks)
  if (command.verb === 'DATA') return receiveData(dialogue, session)
  const step = await decideSafely(dialogue, command, session.log)
  if (isPositive(step.reply) || isIntermediate(step.reply)) {
    if (step.transaction === null) forget(dialogue, next)
    else if (step.transaction !== undefined) dialogue.transaction = step.transaction
    dialogue.phase = next
  }
  const outcome = say(dialogue, step.reply)
  return command.verb === 'QUIT' ? 'over' : outcome
}

const serve = async (dialogue: Dialogue, session: SessionCommon): Promise<void> => {
  const { client, lines } = dialogue
  client.put(encodeReply(loggedIn))
  for (;;) {
    const line = lines.next()
    if (line !== undefined) {
      if ((await answer(dialogue, line, session)) === 'over') break
      if (client.gatheredBytes >= gatherBytesMax && !(await client.flush())) return
      continue
    }
    if (!(await client.flush())) return
    const read = await client.read(idleMs)
    if (read === 'ended') return
    if (typeof read === 'string') {
      client.put(encodeReply(read === 'stopping' ? stoppingNow : tooSlow))
      break
    }
    lines.push(read)
  }
  await client.flush()
}

const submittingOf = (session: LaterSession, ports: SendingPorts, budget: ContentBudget): Submitting => {
  const { who, peer, tls, hostName, limits, clock, log, meter } = session
  const mail = laterAccount(session.openAccount)
  const mine = { identity: identity(who, ports), account: mail.account, via: 'ESMTP' } as const
  return { sender: { who, peer, tls, hostName, limits, clock, log, meter, ports, ...mine }, content: budget.open(), mail }
}

export const submission = (ports: SendingPorts): Extract<MailroomSession, { opens: 'later' }> => {
  const budget = contentBudget()
  return {
    opens: 'later',
    async run(session) {
      const submitting = submittingOf(session, ports, budget)
      session.meter.count('submission_sessions')
      try {
        await serve(
          {
            submitting,
            client: clientStream(session.socket, session.firstBytes, session.stopping),
            lines: lineReader(lineBytesMax),
            // The gate heard EHLO before the login, and RFC 4954 section 4 asks for no second one.
            phase: session.helo === '' ? 'greeted' : 'ready',
            transaction: undefined,
            chunks: undefined,
            mistakes: 0,
          },
          session,
        )
        await ended(session.socket)
      } finally {
        submitting.content.discard()
        await submitting.mail[Symbol.asyncDispose]()
      }
    },
  }
}
