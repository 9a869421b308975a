/** An Email on its way (RFC 8621 section 7.5): by the same checks, counts and signatures as what comes by SMTP. */
import { randomBytes } from 'node:crypto'
import { newQueueId, type QueueId } from '@bulkhead/base/ids.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import { messageOfEmail } from '@bulkhead/mail/email/ids.ts'
import type { ObjectChange } from '@bulkhead/mail/journal/objects.ts'
import type { NewQueued } from '@bulkhead/mail/ports/queue.ts'
import { isRefused } from '@bulkhead/mail/refusal.ts'
import { parseAddress } from '@bulkhead/mail/address/address.ts'
import { invalidProperties, setError, type SetError } from '@bulkhead/wire/jmap/errors.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { idOrCreation, readProperties } from '@bulkhead/wire/jmap/readers.ts'
import { resolvedId } from '@bulkhead/wire/jmap/set.ts'
import { messageIdIn } from '@bulkhead/wire/mime/own-message-id.ts'
import { contentCheck } from '@bulkhead/wire/smtp/content-check.ts'
import { beginTransaction, withRecipient } from '../../sending/envelope.ts'
import { isUnsendable, type Unsendable } from '../../sending/refusal.ts'
import { sendMessage } from '../../sending/send-message.ts'
import type { Sender, Transaction } from '../../sending/sender.ts'
import { isSetError } from '../mail/writing/filing.ts'
import { foundEmail, type FoundEmail } from '../mail/writing/email-update.ts'
import type { MethodContext } from '../method.ts'
import { storedSubmissions } from './current-submissions.ts'
import type { Identity } from './identities.ts'
import { pseudonymOf, senderOf } from './jmap-sending.ts'
import { sendingError } from './sending-errors.ts'
import { submissionValue, type Envelope, type Submission } from './stored-submission.ts'
import { commandsOf, envelopeOfHeader, envelopeReader, type WishedCommands } from './wished-envelope.ts'

const shape = { identityId: idOrCreation, emailId: idOrCreation, envelope: envelopeReader }

/** Who reports a delivery shows it; nobody guesses it. */
const envidBytes = 18

/** Submissions kept, as many as one EmailSubmission/get gives; the oldest that are settled make room. */
const keptMax = 950
const keptMs = 30 * 86_400_000

interface Wish {
  readonly identity: Identity
  readonly email: FoundEmail
  readonly envelope: Envelope | null
}

const wishOf = (wanted: JsonObject, context: MethodContext, identities: ReadonlyMap<string, Identity>): Wish | SetError => {
  const read = readProperties(wanted, shape)
  if (read.is === 'bad') return invalidProperties(read.properties, read.description)
  const { identityId, emailId, envelope } = read.value
  const identity = identities.get(resolvedId(identityId, context.createdIds) ?? '')
  const email = foundEmail(context.account.state().own, resolvedId(emailId, context.createdIds) ?? '')
  const missing = [...(identity === undefined ? ['identityId'] : []), ...(email === undefined ? ['emailId'] : [])]
  if (identity === undefined || email === undefined) return invalidProperties(missing, `${missing.join(', ')}: there is none`)
  return { identity, email, envelope }
}

/** The message's bytes, or why it can't be sent as it is. */
const messageOf = async ({ email }: Wish, { account, services }: MethodContext): Promise<Buffer | SetError> => {
  const message = messageOfEmail(email.emails.idOf(email.entry))
  const { messageBytesMax } = services.sending.limits
  await using body = message === undefined ? undefined : await account.body(message)
  if (body === undefined) return invalidProperties(['emailId'], 'emailId: there is none')
  if (body.sizeBytes > messageBytesMax) return { ...setError('tooLarge'), extra: { maxSize: messageBytesMax } }
  const bytes = await body.read(0, body.sizeBytes)
  const check = contentCheck()
  check.push(bytes)
  check.end()
  return check.verdict === undefined ? bytes : { ...setError('invalidEmail', 'Lines end in CRLF, and NUL is refused'), properties: ['bodyStructure'] }
}

const addressed = (sender: Sender, begun: Transaction, rcpts: WishedCommands['rcpts']): Transaction | Unsendable => {
  let transaction = begun
  for (const rcpt of rcpts) {
    const recipients = withRecipient(sender, rcpt, transaction)
    if (isUnsendable(recipients)) return recipients
    transaction = { ...transaction, recipients }
  }
  return transaction
}

const withDetail = (error: SetError, sender: Sender, transaction?: Transaction): SetError => {
  if (error.type === 'tooManyRecipients') return { ...error, extra: { maxRecipients: transaction?.recipientsMax ?? sender.limits.recipientsMax } }
  return error.type === 'tooLarge' ? { ...error, extra: { maxSize: sender.limits.messageBytesMax } } : error
}

const noted = async (id: QueueId, wish: Wish, envelope: Envelope, transaction: Transaction, { clock, services }: MethodContext): Promise<Submission> => {
  const { directory } = services.sending.ports
  const emails = [...transaction.recipients.values()].map(({ forwardPath }) => forwardPath)
  const domains = [...new Set(emails.map((email) => parseAddress(email)?.domain ?? ''))]
  const own = new Map(await Promise.all(domains.map(async (domain) => [domain, await directory.isLocalDomain(domain)] as const)))
  const { emails: all, entry } = wish.email
  return {
    id, identityId: wish.identity.id, emailId: all.idOf(entry), threadId: all.threadIdOf(entry), envelope,
    recipients: emails.map((email) => ({ email, own: own.get(parseAddress(email)?.domain ?? '') === true })),
    sendAtMs: transaction.handling.releaseAtMs ?? clock.now(), createdMs: clock.now(), undo: 'pending', fates: [], settled: false,
  }
}

/** The new one, and those that go for it. */
const storing = (submission: Submission, { account, clock }: MethodContext): readonly ObjectChange[] => {
  const settled = storedSubmissions(account).filter((one) => one.settled).toSorted((one, other) => one.createdMs - other.createdMs)
  const excess = account.state().objects('submission').size - keptMax
  const gone = settled.filter((one, at) => at < excess || one.createdMs < clock.now() - keptMs)
  return [
    ...gone.map(({ id }) => ({ kind: 'submission', id, value: null }) as const),
    { kind: 'submission', id: submission.id, value: submissionValue(submission) },
  ]
}

/** Noted first, then queued: who comes back after a crash finds no mail that left without a note of it. */
const enqueueing = (submission: Submission, context: MethodContext) => async (message: NewQueued): Promise<boolean> => {
  const set = await context.account.setObjects(storing(submission, context))
  if (isRefused(set)) throw new Fault('overloaded', `submission: ${set.why}`)
  try {
    return await context.services.sending.ports.queue.submit(message)
  } catch (error) {
    // It may have been queued all the same.
    if (await context.services.sending.ports.queue.forgo(submission.id, pseudonymOf(context))) await forgotten(submission.id, context)
    throw error
  }
}

const forgotten = async (id: QueueId, { account }: MethodContext): Promise<void> => {
  await account.setObjects([{ kind: 'submission', id, value: null }])
}

export interface Submitting {
  readonly identities: ReadonlyMap<string, Identity>
  /** The client says itself what is to become of the Email when it is sent. */
  readonly filedByClient: boolean
}

const isInSent = ({ emails, entries }: FoundEmail): boolean => entries.some((entry) => emails.placeOf(entry).mailbox.specialUse === '\\Sent')

export const submitEmail = async (wanted: JsonObject, context: MethodContext, { identities, filedByClient }: Submitting): Promise<Submission | SetError> => {
  const wish = wishOf(wanted, context, identities)
  if (isSetError(wish)) return wish
  const message = await messageOf(wish, context)
  if (isSetError(message)) return message
  const envelope = wish.envelope ?? envelopeOfHeader(message, wish.identity.email)
  const commands = commandsOf(envelope, message)
  if (isSetError(commands)) return commands
  const sender = senderOf(context)
  const refused = (why: Unsendable, begun?: Transaction): SetError => withDetail(sendingError(why, context.session.language === 'ja'), sender, begun)
  const envid = commands.mail.envelopeId === undefined ? randomBytes(envidBytes).toString('base64url') : null
  const begun = await beginTransaction(sender, envid === null ? commands.mail : { ...commands.mail, envelopeId: envid })
  if (isUnsendable(begun)) return refused(begun)
  const transaction = addressed(sender, begun, commands.rcpts)
  if (isUnsendable(transaction)) return refused(transaction, begun)
  const submission = { ...(await noted(newQueueId(), wish, envelope, transaction, context)), envid, messageId: messageIdIn(message) }
  const filesSent = transaction.standing.plan.filesSent && !filedByClient && !isInSent(wish.email)
  const sent = await sendMessage(sender, transaction, { submitted: message, id: submission.id, filesSent, enqueue: enqueueing(submission, context) })
  if (!isUnsendable(sent)) return submission
  if (sent.why === 'takenBack') await forgotten(submission.id, context)
  return refused(sent)
}
