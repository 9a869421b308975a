/** Everything a reading pane needs of one message, gathered. */
import { noticeBytesMax, noticeDigest } from '@bulkhead/mail/reading/official.ts'
import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import { claimsToBe, hintsOf, type Hint } from '@bulkhead/mail/reading/hints.ts'
import { ownFields, type OwnFields } from '@bulkhead/mail/reading/own-fields.ts'
import { unsubscriptionOf } from '@bulkhead/mail/reading/unsubscribe.ts'
import { verificationOf } from '@bulkhead/mail/reading/verification.ts'
import { sentDate } from '@bulkhead/wire/mime/date-field.ts'
import { fieldText, type HeaderField } from '@bulkhead/wire/mime/header.ts'
import { shownName } from '@bulkhead/wire/text/shown-name.ts'
import { utcDateText } from '@bulkhead/wire/jmap/readers.ts'
import type { OpenMessage } from '../../content/open-message.ts'
import { subjectOf } from '../../content/document.ts'
import type { Reading } from '../../content/reading.ts'
import { renderedOpen } from '../../content/rendered.ts'
import type { Rendering } from '../../content/rendering.ts'
import type { ShownAs } from '../../content/tokens.ts'
import type { HttpSession } from '../../http/session.ts'
import { addressesIn, type FoundAddress } from './addresses.ts'
import { viewAttachments } from './attachments.ts'
import { quoteOf } from './quote.ts'
import { addressesShownMax, type MessageView, type SenderVerification, type UnsubscribeFacts, type ViewAddress, type ViewAsk, type ViewBody } from './view.ts'

const asOf = ({ charset, images, dark, originalColours, preferPlain }: ViewAsk): ShownAs => ({ charset, images, dark: dark && !originalColours, preferPlain })

const bodyOf = (rendering: Rendering, as: ShownAs, url: () => string): ViewBody => {
  const { html, segments, hasQuote, truncated, remoteImages, lines, parts, tooDear } = rendering
  if (parts.text.length === 0) return { is: 'none' }
  if (tooDear) return { is: 'tooDear' }
  if (html === null) return { is: 'text', segments, hasQuote, truncated }
  return { is: 'html', url: url(), hasQuote, truncated, remoteImages, imagesShown: as.images, recoloured: as.dark, lines }
}

const textOf = (message: OpenMessage, name: string): string => {
  const field = message.fields.find((one) => one.name === name)
  return field === undefined ? '' : fieldText(message.header, field)
}

/** The desk signed these very bytes for this account, and intake put them here. */
const official = async (message: OpenMessage, { noticeOf }: Reading, account: MailAccount): Promise<boolean> => {
  const sealed = account.state().own.objects('notice').get(message.message)
  const { sizeBytes } = message.index
  if (sealed === undefined || sizeBytes > noticeBytesMax) return false
  const digest = noticeOf(account.account, sealed.value)
  return digest !== undefined && digest.equals(noticeDigest(await message.source.read(0, sizeBytes)))
}

const shownAddresses = (found: readonly FoundAddress[]): readonly ViewAddress[] => found.slice(0, addressesShownMax).map(({ shown }) => shown)

const verified = (own: OwnFields, message: OpenMessage, from: FoundAddress | undefined): SenderVerification => {
  const found = verificationOf(own.results, from?.host ?? null)
  return own.results === null && message.isOwn ? { ...found, state: 'own' } : found
}

const unsubscribeFacts = (header: Uint8Array, fields: readonly HeaderField[], own: OwnFields, listId: string): UnsubscribeFacts | null => {
  const found = unsubscriptionOf(header, fields, own.results)
  if (found === null) return null
  const oneClickHost = found.oneClick === null ? null : new URL(found.oneClick).hostname
  return { oneClickHost, mailto: found.mailto, url: found.url, listId: listId === '' ? null : listId }
}

/** `noreply@brand.example` writes as the brand; the host name of the cell is known to few. */
const providerOf = (login: string): string => login.slice(login.lastIndexOf('@') + 1).split('.')[0] ?? ''

interface Judged {
  readonly own: OwnFields
  readonly verification: SenderVerification
  readonly from: FoundAddress | undefined
  readonly replyTo: readonly FoundAddress[]
  readonly deceptive: readonly string[]
  readonly isOfficialNotice: boolean
}

const warningsOf = (rendering: Rendering, session: HttpSession, listId: string, judged: Judged): readonly Hint[] => {
  const { own, verification, from, replyTo, deceptive, isOfficialNotice } = judged
  const { login } = session.who
  const ownDomains = [login.slice(login.lastIndexOf('@') + 1)]
  const sender = from === undefined ? null : { name: from.shown.name ?? '', email: from.shown.email, host: from.host }
  const hints = hintsOf({
    isJudged: own.results !== null, state: verification.state, from: sender, replyTo: replyTo.map(({ shown, host }) => ({ email: shown.email, host })),
    isList: listId !== '', links: rendering.links, deceptive, found: own.found, ownDomains,
  })
  const claims = sender !== null && !isOfficialNotice && verification.state !== 'own' && claimsToBe(providerOf(login), sender, ownDomains)
  return claims ? [{ kind: 'claimsOfficial', level: 'danger', facts: [sender.name, sender.email] }, ...hints] : hints
}

export const messageView = async (reading: Reading, session: HttpSession, message: OpenMessage, ask: ViewAsk): Promise<MessageView> => {
  const { tokens } = reading
  const { header, fields, index } = message
  const as = asOf(ask)
  const rendering = await renderedOpen(reading, session, message, { as, print: false })
  const [from, sender, replyTo, to, cc, bcc] = (['from', 'sender', 'reply-to', 'to', 'cc', 'bcc'] as const).map((name) => addressesIn(header, fields, name))
  const own = ownFields(header, fields, reading.hostName)
  const author = from?.[0]
  const verification = verified(own, message, from?.length === 1 ? author : undefined)
  const isOfficialNotice = await official(message, reading, session.account)
  const attachments = viewAttachments(reading, session, message, rendering)
  const listId = shownName(textOf(message, 'list-id'), 200)
  const subject = subjectOf(message)
  const name = `${subject.slice(0, 80) || 'message'}`
  const judged: Judged = { own, verification, from: author, replyTo: replyTo ?? [], deceptive: attachments.deceptive, isOfficialNotice }
  const sent = sentDate(textOf(message, 'date'))
  const about = message.message
  return {
    emailId: ask.emailId,
    subject,
    from: shownAddresses(from ?? []),
    sender: sender?.[0]?.shown ?? null,
    replyTo: shownAddresses(replyTo ?? []),
    to: shownAddresses(to ?? []),
    cc: shownAddresses(cc ?? []),
    bcc: shownAddresses(bcc ?? []),
    counts: { to: to?.length ?? 0, cc: cc?.length ?? 0, bcc: bcc?.length ?? 0 },
    sentAt: sent === undefined ? null : utcDateText(sent.atMs),
    receivedAt: utcDateText(message.receivedMs),
    sizeBytes: index.sizeBytes,
    body: bodyOf(rendering, as, () => tokens.url(session, { is: 'document', message: about, as, print: false })),
    charset: { used: rendering.charset, choice: ask.charset },
    verification,
    official: isOfficialNotice,
    warnings: warningsOf(rendering, session, listId, judged),
    unsubscribe: unsubscribeFacts(header, fields, own, listId),
    attachments: attachments.list,
    attachmentsTotal: attachments.total,
    allAttachmentsUrl: attachments.total > 1 ? tokens.url(session, { is: 'archive', message: about, name: `${name}.zip` }) : null,
    sourceUrl: tokens.url(session, { is: 'source', message: about, name }),
    emlUrl: tokens.url(session, { is: 'eml', message: about, name: `${name}.eml` }),
    printUrl: tokens.url(session, { is: 'document', message: about, as: { ...as, dark: false }, print: true }),
    quote: ask.quote ? quoteOf(rendering) : null,
    expiresAt: utcDateText(reading.clock.now() + tokens.lifetimeMs),
  }
}
