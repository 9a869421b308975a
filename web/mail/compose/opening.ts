/** From what was asked for to a draft: fetches the answered message, puts recipients, quote and signature in their places. */
import { language } from '../../kit/language.ts'
import { JmapError } from '../jmap/errors.ts'
import type { ComposeRequest } from './requests.ts'
import { withoutDoubles } from './address.ts'
import { attribution, forwardHead, quoteLines, withoutSignature } from './quote.ts'
import type { QuotedMessage } from './quote.ts'
import type { Draft, DraftPart, StoredEmail } from './draft.ts'
import { draftOfEmail, draftOfMailto, emptyDraft, htmlOf, isCut, partsOf, textOf } from './draft.ts'
import type { SenderIdentity } from './identities.ts'
import { identityOf, sendersOf } from './identities.ts'
import { forwardSubject, replyFrom, replyRecipients, replySubject, threadFields } from './reply.ts'
import { defaultFormat, replyPosition } from './settings.ts'
import { signatureBlock } from './signature.ts'

export type AnsweredEmail = StoredEmail & QuotedMessage & {
  readonly replyTo: StoredEmail['from']
  readonly blobId: string
  readonly size: number
  /** Of a shared mailbox; null: the own account. */
  readonly accountId: string | null
}

export interface Opened {
  readonly draft: Draft
  /** The draft on the server that it continues. */
  readonly emailId: string | null
}

/** Messages attached to one at most. */
const attachedMax = 50

/** What opening needs of the world. */
export interface OpeningPorts {
  /** One that is read, in whichever account. */
  email(id: string): Promise<AnsweredEmail>
  /** Drafts are in the own account. */
  savedDraft(id: string): Promise<AnsweredEmail>
  /** Parts of a message of this account, as parts of the own one. */
  ownParts(parts: readonly DraftPart[], from: string | null): Promise<readonly DraftPart[]>
  identities(): Promise<readonly SenderIdentity[]>
  newMessageId(from: string): string
  /** Cleans HTML to what the editor can hold; loads the editor. `cids`: pictures that travel with the message. */
  cleaned(html: string, cids: ReadonlySet<string>): Promise<{ html: string; text: string }>
}

const escaped = (text: string): string => text.replace(/[&<>"]/gu, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[char] ?? char)
export const escapeLines = (text: string): string => text.split('\n').map((line) => `<p>${escaped(line) || '<br>'}</p>`).join('')

export const signatureHtml = ({ textSignature, htmlSignature }: SenderIdentity): string =>
  htmlSignature.trim() !== '' ? `<p>-- </p>${htmlSignature}` : textSignature.trim() === '' ? '' : escapeLines(signatureBlock(textSignature))

interface Quote {
  readonly text: string
  readonly html: string
}

const nothing: Quote = { text: '', html: '' }

const quoteOf = (email: AnsweredEmail, selection: string | undefined): Quote => {
  const head = attribution(email, language.value)
  const source = withoutSignature(selection ?? textOf(email))
  const inside = selection === undefined ? (htmlOf(email) ?? escapeLines(source)) : escapeLines(selection)
  return { text: `${head}\n${quoteLines(source)}`, html: `<p>${escaped(head)}</p><blockquote>${inside}</blockquote>` }
}

const forwardedOf = (email: AnsweredEmail): Quote => {
  const head = forwardHead(email, language.value)
  const text = textOf(email)
  return { text: `${head.join('\n')}\n\n${text}`, html: `${escapeLines(head.join('\n'))}<p><br></p>${htmlOf(email) ?? escapeLines(text)}` }
}

interface Body {
  readonly text: string
  readonly html: string | null
}

/** Own words, signature and quote in the order the person chose; below a quote only where one stands. */
const bodyOf = async (ports: OpeningPorts, own: string, quote: Quote, identity: SenderIdentity | undefined, cids: ReadonlySet<string>): Promise<Body> => {
  const signature = identity === undefined ? '' : signatureBlock(identity.textSignature)
  const below = replyPosition.value === 'below' && quote.text !== ''
  const plainParts = below ? [quote.text, own, signature] : [own, signature, quote.text]
  const text = plainParts.filter((part, at) => part !== '' || at === (below ? 1 : 0)).join('\n\n')
  if (defaultFormat.value === 'plain') return { text, html: null }
  const gap = '<p><br></p>'
  const signed = identity === undefined ? '' : signatureHtml(identity)
  const mine = own === '' ? gap : escapeLines(own)
  const htmlParts = below ? [quote.html, mine, signed] : [mine, signed, quote.html]
  return ports.cleaned(htmlParts.filter((part) => part !== '').join(gap), cids)
}

const inlineCids = (parts: readonly DraftPart[]): Set<string> => new Set(parts.flatMap(({ cid }) => (cid === null ? [] : [cid])))

const startOf = (ports: OpeningPorts, identity: SenderIdentity | undefined): Draft => ({
  ...emptyDraft(ports.newMessageId(identity?.email ?? '')),
  identityId: identity?.id ?? null,
  from: identity === undefined ? null : { name: identity.name === '' ? null : identity.name, email: identity.email },
  bcc: identity?.bcc ?? [],
  replyTo: identity?.replyTo ?? [],
})

const reply = async (ports: OpeningPorts, request: ComposeRequest & { is: 'reply' | 'replyAll' }): Promise<Opened> => {
  const [email, identities] = await Promise.all([ports.email(request.emailId), ports.identities()])
  const own = sendersOf(identities)
  const identity = identityOf(identities, replyFrom(email, own))
  // Pictures inside a quoted text go along only where the text is rich.
  const inText = defaultFormat.value === 'rich' && request.selection === undefined ? partsOf(email).filter(({ cid }) => cid !== null) : []
  const parts = await ports.ownParts(inText, email.accountId)
  const body = await bodyOf(ports, '', quoteOf(email, request.selection), identity, inlineCids(parts))
  const start = startOf(ports, identity)
  const recipients = replyRecipients(email, request.is, own)
  return {
    emailId: null,
    draft: {
      ...start, ...recipients, bcc: withoutDoubles([...start.bcc, ...recipients.bcc]), ...threadFields(email), ...body,
      subject: replySubject(email.subject), parts, answers: { emailId: request.emailId, as: '$answered', accountId: email.accountId },
    },
  }
}

const fileNameOf = (subject: string | null): string => `${(subject ?? '').replace(/[\\/:*?"<>|\p{Cc}]+/gu, ' ').trim().slice(0, 80) || 'message'}.eml`

const forward = async (ports: OpeningPorts, emailId: string): Promise<Opened> => {
  const [email, identities] = await Promise.all([ports.email(emailId), ports.identities()])
  if (isCut(email)) return forwardAttached(ports, [emailId])
  const identity = identityOf(identities, replyFrom(email, sendersOf(identities)))
  const rich = defaultFormat.value === 'rich'
  // In a plain message a picture of the text becomes a file.
  const parts = await ports.ownParts(partsOf(email).map((part) => (rich ? part : { ...part, cid: null })), email.accountId)
  const body = await bodyOf(ports, '', forwardedOf(email), identity, inlineCids(parts))
  const answers = { emailId, as: '$forwarded', accountId: email.accountId } as const
  return { emailId: null, draft: { ...startOf(ports, identity), ...body, subject: forwardSubject(email.subject), parts, answers } }
}

const forwardAttached = async (ports: OpeningPorts, emailIds: readonly string[]): Promise<Opened> => {
  const [emails, identities] = await Promise.all([Promise.all(emailIds.slice(0, attachedMax).map((id) => ports.email(id))), ports.identities()])
  const first = emails[0]
  const identity = identityOf(identities, first === undefined ? undefined : replyFrom(first, sendersOf(identities)))
  const files = emails.map(({ blobId, subject, size }): DraftPart => ({ blobId, type: 'message/rfc822', name: fileNameOf(subject), size, cid: null }))
  // Messages that are chosen together are of one account.
  const parts = await ports.ownParts(files, first?.accountId ?? null)
  const body = await bodyOf(ports, '', nothing, identity, new Set())
  const answers = first === undefined ? null : ({ emailId: first.id, as: '$forwarded', accountId: first.accountId } as const)
  return { emailId: null, draft: { ...startOf(ports, identity), ...body, subject: forwardSubject(first?.subject ?? null), parts, answers } }
}

const continued = async (ports: OpeningPorts, request: ComposeRequest & { is: 'draft' | 'again' }): Promise<Opened> => {
  const { emailId } = request
  const [email, identities] = await Promise.all([request.is === 'draft' ? ports.savedDraft(emailId) : ports.email(emailId), ports.identities()])
  if (isCut(email)) throw new JmapError('tooLarge', 'a draft of which only a part came')
  const stored = draftOfEmail(email, ports.newMessageId(email.from?.[0]?.email ?? ''))
  const found = { ...stored, parts: await ports.ownParts(stored.parts, email.accountId) }
  const identity = identityOf(identities, found.from?.email)
  const cids = inlineCids(found.parts)
  const body = found.html === null ? {} : await ports.cleaned(found.html, cids)
  const kept: Draft = { ...found, ...body, identityId: identity?.id ?? null, from: startOf(ports, identity).from }
  if (request.is === 'draft') return { emailId, draft: { ...kept, from: found.from ?? kept.from, answers: request.answers ?? found.answers } }
  const replyTo = identity?.replyTo ?? []
  const messageId = ports.newMessageId(kept.from?.email ?? '')
  return { emailId: null, draft: { ...kept, messageId, replyTo, inReplyTo: null, references: null, answers: null } }
}

const fresh = async (ports: OpeningPorts, request: ComposeRequest & { is: 'new' | 'mailto' }): Promise<Opened> => {
  const identity = identityOf(await ports.identities(), undefined)
  const start = startOf(ports, identity)
  const base = request.is === 'mailto'
    ? draftOfMailto(request.href, start)
    : { ...start, to: request.to ?? [], cc: request.cc ?? [], bcc: request.bcc ?? start.bcc, text: request.text ?? '' }
  return { emailId: null, draft: { ...base, ...(await bodyOf(ports, base.text, nothing, identity, new Set())) } }
}

export const openDraft = (ports: OpeningPorts, request: ComposeRequest): Promise<Opened> => {
  switch (request.is) {
    case 'new': case 'mailto': return fresh(ports, request)
    case 'reply': case 'replyAll': return reply(ports, request)
    case 'forward': return forward(ports, request.emailId)
    case 'forwardAttached': return forwardAttached(ports, request.emailIds)
    case 'draft': case 'again': return continued(ports, request)
  }
}
