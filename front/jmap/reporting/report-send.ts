/**
 * Report/send: one Email, whole, to whoever looks into phishing for the ISP (`to`: the address that the brand names), as the person's own
 * mail in the form that abuse desks read (RFC 5965). The page says before what is sent; the marks are set by Email/set.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { canonicalAddress } from '@bulkhead/mail/address/address.ts'
import { messageOfEmail } from '@bulkhead/mail/email/ids.ts'
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { MethodFailure } from '@bulkhead/wire/jmap/errors.ts'
import { id, readArguments, text } from '@bulkhead/wire/jmap/readers.ts'
import { mailboxesIn } from '@bulkhead/wire/mime/address-list.ts'
import { decodedWords } from '@bulkhead/wire/mime/encoded-word.ts'
import { fieldText } from '@bulkhead/wire/mime/header.ts'
import { shownName } from '@bulkhead/wire/text/shown-name.ts'
import { abuseMail } from '@bulkhead/wire/reports/arf-mail.ts'
import { mail } from '@bulkhead/wire/smtp/verbs/mail.ts'
import { parseRcpt } from '@bulkhead/wire/smtp/verbs/rcpt.ts'
import { openMessage, type OpenMessage } from '../../content/open-message.ts'
import { beginTransaction, withRecipient } from '../../sending/envelope.ts'
import { isUnsendable } from '../../sending/refusal.ts'
import { sendMessage } from '../../sending/send-message.ts'
import { answer, type Method, type MethodContext } from '../method.ts'
import { senderOf } from '../submission/jmap-sending.ts'

/** The operator's limit of a message holds besides. */
const originalBytesMax = 20_000_000
const subjectMax = 150

const words = {
  ja: { subject: (one: string) => `[フィッシングの報告] ${one}`, text: 'フィッシングとして報告されたメールを添付します。添付の内容を開く際はご注意ください。' },
  en: { subject: (one: string) => `[Phishing report] ${one}`, text: 'A message that was reported as phishing is attached. Mind what you open of it.' },
} as const

const fieldIn = ({ fields, header }: OpenMessage, name: string): string => {
  const field = fields.find((one) => one.name === name)
  return field === undefined ? '' : fieldText(header, field).trim()
}

const composed = async (message: OpenMessage, to: string, { session, clock }: MethodContext): Promise<Buffer> => {
  const { login } = session.who
  const said = words[session.language]
  const [author] = mailboxesIn(fieldIn(message, 'from').slice(0, 1_000))
  const returnPath = /^<([^<>]+)>$/.exec(fieldIn(message, 'return-path'))?.[1] ?? null
  const subject = said.subject(shownName(decodedWords(fieldIn(message, 'subject')), subjectMax))
  return abuseMail({
    type: 'fraud', from: { name: null, email: login }, to, subject, words: said.text,
    messageId: `${randomUUID()}@${login.slice(login.lastIndexOf('@') + 1)}`, atMs: clock.now(), receivedMs: message.receivedMs,
    originalMailFrom: returnPath, reportedDomain: author?.host ?? null, original: await message.source.read(0, message.index.sizeBytes),
  }, () => randomBytes(18).toString('hex'))
}

export const reportSend: Method = {
  name: 'Report/send',
  capability: capabilities.webmail,
  async run(args, context) {
    const { emailId, to: given, accountId } = readArguments(args, { accountId: id, emailId: id, to: text(320) })
    const to = canonicalAddress(given)
    const named = messageOfEmail(emailId)
    await using message = named === undefined ? undefined : await openMessage(context.account, named)
    if (to === undefined) throw new MethodFailure('invalidArguments', 'to: no address')
    if (message === undefined) throw new MethodFailure('invalidArguments', 'emailId: no such Email')
    if (message.index.sizeBytes > originalBytesMax) return answer({ accountId, outcome: 'tooLarge' })
    // The message may be in a shared mailbox; who sends the report is the person.
    const sender = senderOf({ ...context, account: context.session.account })
    const begun = await beginTransaction(sender, mail(null), true)
    if (isUnsendable(begun)) return answer({ accountId, outcome: 'notSent' })
    const rcpt = parseRcpt(`TO:<${to}> NOTIFY=NEVER`)
    if ('code' in rcpt) throw new MethodFailure('invalidArguments', 'to: no address')
    const recipients = withRecipient(sender, rcpt, begun)
    if (isUnsendable(recipients)) return answer({ accountId, outcome: 'notSent' })
    const submitted = await composed(message, to, context)
    const done = await sendMessage(sender, { ...begun, recipients }, { submitted, filesSent: false, enqueue: sender.ports.queue.enqueue })
    return answer({ accountId, outcome: isUnsendable(done) ? 'notSent' : 'sent' })
  },
}
