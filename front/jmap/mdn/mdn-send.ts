/** `MDN/send` (RFC 9007 section 2.1): what a person, or their program with their leave, says of a message to who asked for it. */
import { canonicalAddress } from '@bulkhead/mail/address/address.ts'
import { messageOfEmail } from '@bulkhead/mail/email/ids.ts'
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { invalidProperties, MethodFailure, setError, setErrorJson, type SetError } from '@bulkhead/wire/jmap/errors.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { id, idOrCreation, mapOf, object, orNull, readArguments, readProperties } from '@bulkhead/wire/jmap/readers.ts'
import { resolvedId } from '@bulkhead/wire/jmap/set.ts'
import { mailboxesIn } from '@bulkhead/wire/mime/address-list.ts'
import { decodedWords } from '@bulkhead/wire/mime/encoded-word.ts'
import { fieldText, headerFields, headerLength } from '@bulkhead/wire/mime/header.ts'
import { messageIdIn } from '@bulkhead/wire/mime/own-message-id.ts'
import { mail } from '@bulkhead/wire/smtp/verbs/mail.ts'
import { parseRcpt } from '@bulkhead/wire/smtp/verbs/rcpt.ts'
import { addressText } from '../../sending/complete-message.ts'
import { beginTransaction, withRecipient } from '../../sending/envelope.ts'
import { isUnsendable } from '../../sending/refusal.ts'
import { sendMessage } from '../../sending/send-message.ts'
import { emailSet } from '../mail/email-set.ts'
import { foundEmail } from '../mail/writing/email-update.ts'
import { isSetError } from '../mail/writing/filing.ts'
import type { Method, MethodContext } from '../method.ts'
import { agreeingIdentities, type Identity } from '../submission/identities.ts'
import { senderOf } from '../submission/jmap-sending.ts'
import { sendingError } from '../submission/sending-errors.ts'
import { finalRecipientOf, mdnMessage, mdnShape, type Original, type WishedMdn } from './mdn.ts'

const reportsMax = 100

/** Undefined where there is no such Email, or nobody asked for a report of it. */
const originalOf = async (emailId: string, { account }: MethodContext): Promise<Original | undefined> => {
  const message = messageOfEmail(emailId)
  await using body = message === undefined ? undefined : await account.body(message)
  if (body === undefined) return undefined
  const bytes = await body.read(0, body.sizeBytes)
  const length = headerLength(bytes)
  const header = bytes.subarray(0, length < 0 ? bytes.length : length)
  const field = (name: string): string | undefined => {
    const found = headerFields(header).find((one) => one.name === name)
    return found === undefined ? undefined : fieldText(header, found).trim()
  }
  const [asked] = mailboxesIn(field('disposition-notification-to') ?? '')
  const to = asked === undefined ? undefined : canonicalAddress(addressText(asked))
  if (to === undefined) return undefined
  const originalRecipient = asciiOrNull(field('original-recipient'))
  return { bytes, to, subject: decodedWords(field('subject') ?? ''), messageId: messageIdIn(header), originalRecipient }
}

const asciiOrNull = (text: string | undefined): string | null => (text !== undefined && /^[\x20-\x7e]{1,500}$/.test(text) ? text : null)

/** The null reverse path (RFC 8098 section 3), but counted and signed as the person's mail. */
const sent = async (message: Buffer, to: string, context: MethodContext): Promise<SetError | undefined> => {
  const sender = senderOf(context)
  const refused = (why: Parameters<typeof sendingError>[0]): SetError => sendingError(why, context.session.language === 'ja')
  const begun = await beginTransaction(sender, mail(null), true)
  if (isUnsendable(begun)) return refused(begun)
  const rcpt = parseRcpt(`TO:<${to}> NOTIFY=NEVER`)
  if ('code' in rcpt) return setError('notFound', 'Who asked for a report can not be sent to')
  const recipients = withRecipient(sender, rcpt, begun)
  if (isUnsendable(recipients)) return refused(recipients)
  const done = await sendMessage(sender, { ...begun, recipients }, { submitted: message, filesSent: false, enqueue: sender.ports.queue.enqueue })
  return isUnsendable(done) ? refused(done) : undefined
}

interface Reported {
  readonly emailId: string
  readonly told: JsonObject
}

const isOthers = (mdn: WishedMdn, identity: Identity): boolean => {
  const given = mdn.finalRecipient?.replace(/^\s*rfc822\s*;\s*/i, '')
  return given !== undefined && canonicalAddress(given) !== identity.email
}

const report = async (wanted: JsonObject, identity: Identity, context: MethodContext): Promise<Reported | SetError> => {
  const read = readProperties(wanted, mdnShape)
  if (read.is === 'bad') return invalidProperties(read.properties, read.description)
  const mdn = read.value
  if (isOthers(mdn, identity)) return setError('forbiddenFrom', 'finalRecipient is the identity’s address')
  const found = foundEmail(context.account.state().own, mdn.forEmailId)
  const original = found === undefined ? undefined : await originalOf(mdn.forEmailId, context)
  if (found === undefined || original === undefined) return setError('notFound')
  if (found.emails.hasFlag(found.entry, '$mdnsent')) return setError('mdnAlreadySent')
  const message = mdnMessage(mdn, original, identity, context.clock.now())
  if (message.length > context.services.sending.limits.messageBytesMax) return setError('tooLarge')
  const refused = await sent(message, original.to, context)
  if (refused !== undefined) return refused
  const { messageId: originalMessageId, originalRecipient } = original
  const told = { finalRecipient: finalRecipientOf(mdn, identity), originalMessageId, originalRecipient, mdnGateway: null, error: null }
  return { emailId: mdn.forEmailId, told }
}

/** Names of the outcome, as `EmailSubmission/set` has them (RFC 9007 section 2.1). */
const followed = async (patches: ReadonlyMap<string, JsonObject>, reported: ReadonlyMap<string, Reported>, accountId: string, context: MethodContext) => {
  const update = Object.fromEntries([...patches].flatMap(([name, patch]) => {
    const one = reported.get(name.replace(/^#/, ''))
    return one === undefined ? [] : [[one.emailId, patch]]
  }))
  if (Object.keys(update).length === 0) return []
  const answered = await emailSet.run({ accountId, update }, context)
  return answered.is === 'answer' ? [[emailSet.name, answered.args] as const] : []
}

export const mdnSend: Method = {
  name: 'MDN/send',
  capability: capabilities.mdn,
  async run(args, context) {
    const asked = readArguments(args, {
      accountId: id,
      identityId: idOrCreation,
      send: mapOf(object, Number.POSITIVE_INFINITY),
      onSuccessUpdateEmail: orNull(mapOf(object, reportsMax)),
    })
    if (asked.send.size > reportsMax) throw new MethodFailure('requestTooLarge')
    await context.account.refresh()
    const identity = (await agreeingIdentities(context)).get(resolvedId(asked.identityId, context.createdIds) ?? '')
    if (identity === undefined) throw new MethodFailure('invalidArguments', 'identityId: there is none')
    const reported = new Map<string, Reported>()
    const notSent: [string, JsonObject][] = []
    for (const [creation, wanted] of asked.send) {
      const one = await report(wanted, identity, context)
      if (isSetError(one)) notSent.push([creation, setErrorJson(one)])
      else reported.set(creation, one)
    }
    const told = [...reported].map(([creation, one]) => [creation, one.told] as const)
    const more = await followed(asked.onSuccessUpdateEmail ?? new Map(), reported, asked.accountId, context)
    const sentOnes = told.length === 0 ? null : Object.fromEntries(told)
    return { is: 'answer', args: { accountId: asked.accountId, sent: sentOnes, notSent: notSent.length === 0 ? null : Object.fromEntries(notSent) }, more }
  },
}
