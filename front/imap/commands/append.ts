/**
 * `APPEND` of one or several messages (RFC 9051 section 6.3.12, RFC 3502, UIDPLUS): bytes go through as they come, sealed
 * on the way; nothing is in the mailbox before all of it is.
 */
import type { IncomingMessage } from '@bulkhead/mail/account/mail-account.ts'
import { isRefused } from '@bulkhead/mail/refusal.ts'
import { firstAppend, nextAppend, type AppendHead } from '@bulkhead/wire/imap/append-grammar.ts'
import { commandLine } from '@bulkhead/wire/imap/command-line.ts'
import type { ReaderEvent } from '@bulkhead/wire/imap/reader.ts'
import { badReply, ok, type Tagged } from '@bulkhead/wire/imap/response.ts'
import { parsed, scanOf, type Parser } from '@bulkhead/wire/imap/scan.ts'
import { setText } from '@bulkhead/wire/imap/sequence-set.ts'
import type { Conversation } from '../conversation.ts'
import { mailboxNamed } from '../operations.ts'
import { refusalReplies, tryCreate } from '../refusals.ts'

/** A refused message that comes anyway (LITERAL+) is thrown away up to this size; beyond, the connection is. */
const swallowBytesMax = 64 * 1024 * 1024
/** Messages of one APPEND. */
const messagesMax = 100

type Literal = Extract<ReaderEvent, { is: 'literal' }>

interface Appended extends AppendHead {
  readonly incoming: IncomingMessage
}

const moment = { mayExpunge: true, withUid: false } as const

const firstHead: Parser<AppendHead & { readonly mailbox: string }> = (scan) => {
  commandLine(scan)
  return firstAppend(scan)
}

/** Refuses the literal: the client keeps a waiting one, any other is thrown away as it comes. */
export const refuseLiteral = async (conversation: Conversation, tag: string, literal: Literal, reply: Tagged): Promise<void> => {
  if (!literal.waits && literal.sizeBytes > swallowBytesMax) return conversation.leave('Message is too large')
  conversation.answer(literal.waits ? 'forget' : 'swallow')
  await conversation.finish(tag, reply, moment)
}

/** Takes the message's bytes to their end, also after a fault. Undefined where the client went away. */
const receive = async (conversation: Conversation, incoming: IncomingMessage): Promise<'received' | Tagged | undefined> => {
  let failure: Tagged | undefined
  for (;;) {
    const event = await conversation.read()
    if (event === undefined) return undefined
    if (event.is === 'literalEnd') return failure ?? 'received'
    if (event.is !== 'literalBytes' || failure !== undefined) continue
    try {
      await incoming.write(event.bytes)
    } catch (error) {
      failure = conversation.faulted(error)
    }
  }
}

const store = async (conversation: Conversation, mailboxName: string, messages: readonly Appended[]): Promise<Tagged> => {
  const { account, clock } = conversation.ports
  const mailbox = await mailboxNamed(account, mailboxName)
  if (mailbox === undefined) return tryCreate
  const now = clock.now()
  const answer = await account.appendMessages(
    mailbox.id,
    messages.map(({ incoming, flags, internalDateMs }) => ({ incoming, flags, internalDateMs: internalDateMs ?? now })),
  )
  if (isRefused(answer)) return answer.why === 'noSuchMailbox' ? tryCreate : refusalReplies[answer.why]
  return ok('APPEND completed', `APPENDUID ${answer.uidValidity} ${setText(answer.uids)}`)
}

/** Opens the way for one message, or says why not. */
const begin = async (conversation: Conversation, mailbox: string, literal: Literal): Promise<IncomingMessage | Tagged> => {
  const { account } = conversation.ports
  if (literal.sizeBytes === 0) return badReply('Message is empty')
  if (literal.sizeBytes > conversation.limits.messageBytesMax) return refusalReplies.tooLarge
  try {
    if ((await mailboxNamed(account, mailbox)) === undefined) return tryCreate
    const incoming = await account.incoming(literal.sizeBytes)
    return isRefused<'tooLarge' | 'overQuota'>(incoming) ? refusalReplies[incoming.why] : incoming
  } catch (error) {
    return conversation.faulted(error)
  }
}

const isReply = (value: IncomingMessage | Tagged): value is Tagged => 'is' in value

const isLineEnd = (event: ReaderEvent): boolean => event.is === 'line' && event.bytes.toString('latin1').trim() === ''

/** The end of the command: everything is in the mailbox, or nothing. The account has taken the messages over. */
const complete = async (conversation: Conversation, tag: string, mailbox: string, taken: Appended[]): Promise<void> => {
  const messages = taken.splice(0)
  const reply = await store(conversation, mailbox, messages).catch((error: unknown) => conversation.faulted(error))
  await conversation.finish(tag, reply, moment)
}

const dialogue = async (conversation: Conversation, tag: string, first: Literal, taken: Appended[]): Promise<void> => {
  const head = parsed(scanOf(first.bytes), firstHead)
  if (head.is === 'bad') return refuseLiteral(conversation, tag, first, badReply(head.why))
  const { mailbox } = head.value
  let literal = first
  let current: AppendHead = head.value
  for (;;) {
    const incoming = await begin(conversation, mailbox, literal)
    if (isReply(incoming)) return refuseLiteral(conversation, tag, literal, incoming)
    taken.push({ ...current, incoming })
    conversation.answer('stream')
    if (literal.waits) await conversation.put('+ Ready for the message\r\n')
    const received = await receive(conversation, incoming)
    const event = received === undefined ? undefined : await conversation.read()
    if (received === undefined || event === undefined) return
    if (received === 'received' && isLineEnd(event)) return complete(conversation, tag, mailbox, taken)
    const failure = received === 'received' ? undefined : received
    if (event.is !== 'literal') return conversation.finish(tag, failure ?? badReply('Malformed APPEND'), moment)
    const next = parsed(scanOf(event.bytes), nextAppend)
    if (failure !== undefined) return refuseLiteral(conversation, tag, event, failure)
    if (next.is === 'bad') return refuseLiteral(conversation, tag, event, badReply(next.why))
    if (taken.length >= messagesMax) return refuseLiteral(conversation, tag, event, badReply('Too many messages'))
    literal = event
    current = next.value
  }
}

/** Runs from the first message's literal to the tagged answer. Whatever happens, nothing half is kept. */
export const append = async (conversation: Conversation, tag: string, literal: Literal): Promise<void> => {
  const taken: Appended[] = []
  try {
    await dialogue(conversation, tag, literal, taken)
  } finally {
    for (const { incoming } of taken) await incoming.discard().catch((error: unknown) => conversation.faulted(error))
  }
}
