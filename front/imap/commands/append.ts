/**
 * `APPEND` (RFC 9051 section 6.3.12) with all it has learned: several messages (RFC 3502), `CATENATE` (RFC 4469), `UTF8`
 * (RFC 6855), `literal8` (RFC 3516); and `REPLACE` (RFC 8508), which brings its message the same way. Bytes go through as
 * they come, sealed on the way; nothing is in the mailbox before all of it is.
 */
import { appendReader, bringsMessages, type AppendStep } from '@bulkhead/wire/imap/append-grammar.ts'
import { commandLine, tagOf } from '@bulkhead/wire/imap/command-line.ts'
import { imapUrl } from '@bulkhead/wire/imap/imap-url.ts'
import type { ReaderEvent } from '@bulkhead/wire/imap/reader.ts'
import { badReply, encodeContinue, no, type Tagged } from '@bulkhead/wire/imap/response.ts'
import { parsed, scanOf } from '@bulkhead/wire/imap/scan.ts'
import { draftsOf, type Drafts } from '../append/draft.ts'
import { pendingAppends, type Pending } from '../append/pending.ts'
import { replace, replacedOf, type Replaced } from '../append/replacing.ts'
import type { Conversation } from '../conversation.ts'
import { mailboxNamed } from '../ports.ts'
import { tryCreate } from '../refusals.ts'
import { ownSection } from '../urls/own-section.ts'

/** A refused message that comes anyway (LITERAL+) is thrown away up to this size; beyond, the connection is. */
const swallowBytesMax = 64 * 1024 * 1024

type Literal = Extract<ReaderEvent, { is: 'literal' }>
type Segment = Literal | Extract<ReaderEvent, { is: 'line' }>

const moment = { mayExpunge: true, withUid: false } as const

/** Refuses the literal: the client keeps a waiting one, any other is thrown away as it comes. */
export const refuseLiteral = async (conversation: Conversation, tag: string, literal: Literal, reply: Tagged): Promise<void> => {
  if (!literal.waits && literal.sizeBytes > swallowBytesMax) return conversation.leave('Message is too large')
  conversation.answer(literal.waits ? 'forget' : 'swallow')
  await conversation.finish(tag, reply, moment)
}

/** Whether this begins a command that brings messages. */
export const beginsAppend = ({ bytes }: Segment): boolean => {
  const line = parsed(scanOf(bytes), commandLine)
  return line.is === 'parsed' && bringsMessages(line.value.name, line.value.byUid)
}

/** One command on its way. */
interface Course {
  readonly conversation: Conversation
  readonly pending: Pending
  readonly drafts: Drafts
  readonly tag: string
  mailbox: string
  /** REPLACE: what goes. */
  replaced: Replaced | null
}

/** What comes next; waits only after all that is whole has been stored and answered. */
const next = async ({ conversation, pending }: Course): Promise<ReaderEvent | undefined> => {
  const event = conversation.poll()
  if (event !== undefined) return event
  await pending.flush()
  return conversation.read()
}

/** Takes a literal's bytes to their end, also after a fault. Undefined where the client went away. */
const receive = async (course: Course): Promise<'received' | Tagged | undefined> => {
  let failure: Tagged | undefined
  for (;;) {
    const event = await next(course)
    if (event === undefined) return undefined
    if (event.is === 'literalEnd') return failure ?? 'received'
    if (event.is !== 'literalBytes' || failure !== undefined) continue
    try {
      failure = await course.drafts.write(event.bytes)
    } catch (error) {
      failure = course.conversation.faulted(error)
    }
  }
}

/** RFC 4469 section 4: the code names the URL as it was given. */
const badUrl = (url: Buffer): Tagged => {
  const text = url.toString('latin1')
  return no(/^[!-Z^-~]{1,1000}$/.test(text) ? `BADURL ${text}` : 'BADURL', 'No such message, part or mailbox')
}

const copyUrl = async ({ conversation, drafts }: Course, given: Buffer): Promise<Tagged | undefined> => {
  const url = imapUrl(given)
  if (url === undefined || url.auth !== null) return badUrl(given)
  await using section = await ownSection(conversation.ports, conversation.session(), url)
  if (section === undefined) return badUrl(given)
  let refused = await drafts.room(section.sizeBytes, false)
  if (refused !== undefined) return refused
  for await (const block of section.blocks()) {
    refused = await drafts.write(block)
    if (refused !== undefined) return refused
  }
  return undefined
}

/** A step that is not a literal's: done, or why not. */
const perform = async (course: Course, step: Exclude<AppendStep, { is: 'literal' | 'end' }>): Promise<Tagged | undefined> => {
  const { conversation, drafts } = course
  switch (step.is) {
    case 'target':
      course.mailbox = step.mailbox
      if (step.replaces !== null) {
        const replaced = replacedOf(conversation.session(), step.replaces)
        if ('is' in replaced) return replaced
        course.replaced = replaced
        drafts.frees(replaced.sizeBytes)
      }
      return (await mailboxNamed(conversation.ports.account, step.mailbox)) === undefined ? tryCreate : undefined
    case 'message':
      if (step.form === 'utf8' && !conversation.session().enabled.has('UTF8=ACCEPT')) return badReply('UTF8=ACCEPT is not enabled')
      return drafts.begin(step)
    case 'url':
      return copyUrl(course, step.url)
    case 'messageEnd':
      return drafts.end()
  }
}

type Outcome = Tagged | 'goesOn' | 'whole'

/** All steps of a segment but the literal it ends in. */
const performAll = async (course: Course, steps: readonly AppendStep[]): Promise<Outcome> => {
  try {
    for (const step of steps) {
      if (step.is === 'end') return 'whole'
      const refused = await (step.is === 'literal' ? course.drafts.room(step.sizeBytes, step.isBinary) : perform(course, step))
      if (refused !== undefined) return refused
    }
    return 'goesOn'
  } catch (error) {
    return course.conversation.faulted(error)
  }
}

const refuse = async ({ conversation, pending, tag }: Course, segment: Segment, reply: Tagged): Promise<void> => {
  await pending.flush()
  if (segment.is === 'literal') await refuseLiteral(conversation, tag, segment, reply)
  else await conversation.finish(tag, reply, moment)
}

/** Lets the literal come: into the command, or through. */
const welcome = async ({ conversation, pending }: Course, literal: Literal, answer: 'keep' | 'stream'): Promise<void> => {
  if (literal.waits) await pending.flush()
  conversation.answer(answer)
  if (literal.waits) await conversation.put(encodeContinue('Go on', conversation.session().language))
}

const isSegment = (event: ReaderEvent): event is Segment => event.is === 'literal' || event.is === 'line'

/** What is no part of a command: its line is too long, or the next can't be found. */
const broken = async ({ conversation, pending, tag }: Course, event: Exclude<ReaderEvent, Segment>): Promise<void> => {
  await pending.flush()
  if (event.is === 'lost') return conversation.leave(event.why)
  if (event.is === 'refused') return conversation.finish(tag, badReply(event.why), moment)
}

/** All of it is here: an APPEND may wait for others, a REPLACE is done at once. */
const complete = async ({ conversation, pending, drafts, tag, mailbox, replaced }: Course): Promise<void> => {
  const whole = drafts.take()
  const [draft] = whole
  if (replaced === null || draft === undefined) return pending.add(tag, mailbox, whole)
  await pending.flush()
  const reply = await replace(conversation, replaced, mailbox, draft).catch((error: unknown) => conversation.faulted(error))
  return conversation.finish(tag, reply, moment)
}

/** One command, from its first segment to its answer, or into `pending` where it came whole. */
const dialogue = async (course: Course, first: Segment): Promise<void> => {
  const { conversation } = course
  const reader = appendReader(conversation.session().enabled.has('UTF8=ACCEPT'))
  let failure: Tagged | undefined
  for (let event: ReaderEvent | undefined = first; event !== undefined; event = await next(course)) {
    if (!isSegment(event)) return broken(course, event)
    if (failure !== undefined) return refuse(course, event, failure)
    const segment = reader.segment(event.bytes)
    if (segment.is === 'awaitsLiteral' && event.is === 'literal' && event.fits) {
      await welcome(course, event, 'keep')
      continue
    }
    if (segment.is !== 'steps') return refuse(course, event, badReply(segment.is === 'bad' ? segment.why : 'Literal is too large'))
    const outcome = await performAll(course, segment.steps)
    if (outcome === 'whole') return complete(course)
    if (outcome !== 'goesOn' || event.is === 'line') return refuse(course, event, outcome === 'goesOn' ? badReply('Message is no literal') : outcome)
    await welcome(course, event, 'stream')
    const received = await receive(course)
    if (received === undefined) return
    if (received !== 'received') failure = received
  }
}

/** Runs from the first segment to the tagged answer, and on through the APPENDs that are here already. */
export const append = async (conversation: Conversation, first: Segment): Promise<void> => {
  const pending = pendingAppends(conversation)
  let event: ReaderEvent | undefined = first
  while (event !== undefined && isSegment(event) && beginsAppend(event) && !(event.is === 'literal' && event.waits && event !== first)) {
    const drafts = draftsOf(conversation.ports.account, conversation.limits.messageBytesMax)
    try {
      await dialogue({ conversation, pending, drafts, tag: tagOf(event.bytes), mailbox: '', replaced: null }, event)
    } finally {
      await drafts.discard().catch((error: unknown) => conversation.faulted(error))
    }
    if (pending.isFull) await pending.flush()
    event = conversation.isEnding ? undefined : conversation.poll()
  }
  if (event !== undefined) conversation.unread(event)
  await pending.flush()
}
