/** The message, or the part of one, that an IMAP URL names in this account: for CATENATE (RFC 4469) and URLFETCH (RFC 4467). */
import type { BodySource, MailboxState } from '@bulkhead/mail/account/mail-account.ts'
import type { Uid } from '@bulkhead/base/ids.ts'
import type { Section } from '@bulkhead/wire/imap/fetch-grammar.ts'
import type { ImapUrl } from '@bulkhead/wire/imap/imap-url.ts'
import { selectFields } from '@bulkhead/wire/mime/header.ts'
import type { MessageIndex } from '@bulkhead/wire/mime/message-index.ts'
import { readExactly } from '../fetch/long-line.ts'
import { partOfRange, sectionRange, type ByteRange } from '../fetch/section.ts'
import { mailboxNamed, type Ports } from '../ports.ts'
import type { Session } from '../session.ts'

/** Whole chunks of the seal, four at a time. */
const blockBytes = 262_144
/** A header that fields are picked from is in memory: a longer one is cut here. */
const pickedHeaderMax = 1_048_576

/** What URLs are read with. */
export type UrlPorts = Pick<Ports, 'account' | 'login' | 'hostName' | 'clock'>

export interface OwnSection extends AsyncDisposable {
  readonly sizeBytes: number
  blocks(): AsyncGenerator<Buffer, void, void>
}

/** No host, our own name, or anybody's where the login is spelled out, which has one account in the world. */
export const isOwnUrl = ({ user, host }: ImapUrl, { login, hostName }: Pick<Ports, 'login' | 'hostName'>): boolean => {
  const isOwnLogin = user?.toLowerCase() === login.toLowerCase()
  if (host === null) return user === null || isOwnLogin
  return isOwnLogin || (user === null && host.replace(/:\d+$/, '') === hostName.toLowerCase())
}

const mailboxOf = async ({ account }: Pick<Ports, 'account'>, { selected }: Session, url: ImapUrl): Promise<MailboxState | undefined> => {
  if (url.mailbox !== null) return mailboxNamed(account, url.mailbox)
  return selected === null ? undefined : account.state().mailboxes.get(selected.mailbox)
}

/** Undefined where there is none, it is not the one meant (UIDVALIDITY), or it may not be read (RFC 4314). */
export const messageOf = async (ports: Pick<Ports, 'account'>, session: Session, url: ImapUrl): Promise<{ mailbox: MailboxState; at: number } | undefined> => {
  const known = await mailboxOf(ports, session, url)
  if (known?.rights.includes('r') !== true || (url.uidValidity !== null && url.uidValidity !== known.uidValidity)) return undefined
  const at = known.messages.indexOf(url.uid as Uid)
  if (at >= 0) return { mailbox: known, at }
  const fresh = (await ports.account.refresh()).mailboxes.get(known.id)
  const found = fresh?.messages.indexOf(url.uid as Uid) ?? -1
  return fresh === undefined || found < 0 ? undefined : { mailbox: fresh, at: found }
}

const picksFields = (section: Section | null): section is Section => section?.text === 'fields' || section?.text === 'fieldsNot'

interface Opened {
  readonly index: MessageIndex | undefined
  readonly body: BodySource
}

const pickedFields = async ({ body }: Opened, range: ByteRange, section: Section): Promise<Buffer> => {
  const header = await readExactly(body, { start: range.start, end: Math.min(range.end, range.start + pickedHeaderMax) })
  return selectFields(header, new Set(section.names), section.text === 'fields' ? 'these' : 'others')
}

const sectionOf = async (opened: Opened, { section, partial }: ImapUrl): Promise<OwnSection | undefined> => {
  const { body, index } = opened
  const range = section === null ? { start: 0, end: body.sizeBytes } : index && sectionRange(index.root, body.sizeBytes, section)
  if (range === undefined) return undefined
  const wanted = partial === null ? null : { offset: partial.offset, count: partial.count ?? Number.MAX_SAFE_INTEGER }
  const picked = picksFields(section) ? await pickedFields(opened, range, section) : undefined
  const { start, end } = partOfRange(picked === undefined ? range : { start: 0, end: picked.length }, wanted)
  return {
    sizeBytes: end - start,
    async *blocks() {
      if (picked !== undefined) yield picked.subarray(start, end)
      else for (let at = start; at < end; at += blockBytes) yield await readExactly(body, { start: at, end: Math.min(end, at + blockBytes) })
    },
    [Symbol.asyncDispose]: () => body[Symbol.asyncDispose](),
  }
}

/** Undefined where the URL leads nowhere in this account. The caller disposes of what it gets. */
export const ownSection = async (ports: UrlPorts, session: Session, url: ImapUrl): Promise<OwnSection | undefined> => {
  if (!isOwnUrl(url, ports)) return undefined
  const found = await messageOf(ports, session, url)
  if (found === undefined) return undefined
  const id = found.mailbox.messages.messageId(found.at)
  const body = await ports.account.body(id)
  if (body === undefined) return undefined
  try {
    let index: MessageIndex | undefined
    if (url.section !== null) for await (const one of ports.account.indexes([id])) index = one
    const section = await sectionOf({ index, body }, url)
    if (section === undefined) await body[Symbol.asyncDispose]()
    return section
  } catch (fault) {
    await body[Symbol.asyncDispose]()
    throw fault
  }
}
