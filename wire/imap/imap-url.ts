/**
 * IMAP URLs that name a message or a part of one (RFC 5092 section 11), with what URLAUTH adds (RFC 4467 section 8). Absolute
 * (`imap://user@host/mailbox/;UID=1`), by path (`/mailbox/;UID=1`), or within the selected mailbox (`;UID=1`, `/;UID=1`).
 */
import { utf8Text } from '@bulkhead/base/bytes.ts'
import { sectionSpec, type Section } from './fetch-grammar.ts'
import { mailboxNameBytesMax } from './limits.ts'
import { inboxInCapitals } from './mailbox-name.ts'
import { parsed, scanOf } from './scan.ts'

export const urlBytesMax = 8_192

/** Who may fetch (RFC 4467 section 3): `user+name`, `submit+name`, `authuser`, `anonymous`. */
export type UrlAccess =
  | { readonly is: 'user' | 'submit'; readonly name: string }
  | { readonly is: 'authuser' | 'anonymous' }

export interface UrlAuth {
  /** Milliseconds since the epoch; null: never. */
  readonly expiresAtMs: number | null
  readonly access: UrlAccess
  /** What is signed: the URL up to here. */
  readonly rump: string
  /** Absent in a rump. Mechanism in capitals. */
  readonly proof: { readonly mechanism: string; readonly token: string } | null
}

export interface ImapUrl {
  readonly user: string | null
  /** Lower case, with the port where one is named; null in a relative URL. */
  readonly host: string | null
  /** Null: the selected mailbox. */
  readonly mailbox: string | null
  readonly uidValidity: number | null
  readonly uid: number
  /** Null: the whole message. */
  readonly section: Section | null
  /** Null count: to the end. */
  readonly partial: { readonly offset: number; readonly count: number | null } | null
  readonly auth: UrlAuth | null
}

/** Percent-encoded UTF-8; undefined where it is neither. */
const decoded = (text: string): string | undefined => {
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) return undefined
  const bytes = Buffer.from(text.replaceAll(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))), 'latin1')
  return bytes.includes(0) ? undefined : utf8Text(bytes)
}

const whole = (digits: string | undefined): number | undefined => {
  const value = Number(digits)
  return digits !== undefined && /^[0-9]{1,15}$/.test(digits) ? value : undefined
}

const nonZero32 = (digits: string | undefined): number | undefined => {
  const value = whole(digits)
  return value !== undefined && value > 0 && value <= 0xffff_ffff ? value : undefined
}

/** `iserver = [iuserinfo "@"] host [":" port]`, `iuserinfo = enc-user [iauth] / [enc-user] iauth` */
const serverOf = (text: string): { readonly user: string | null; readonly host: string } | undefined => {
  const at = text.lastIndexOf('@')
  const host = text.slice(at + 1).toLowerCase()
  if (!/^(\[[0-9a-f:.]{2,45}\]|[a-z0-9.-]{1,255})(:[0-9]{1,5})?$/.test(host)) return undefined
  if (at < 0) return { user: null, host }
  const [name = ''] = text.slice(0, at).split(/;auth=/i)
  const user = decoded(name)
  return user === undefined ? undefined : { user: user === '' ? null : user, host }
}

/** `enc-mailbox [";UIDVALIDITY=" nz-number]` */
const mailboxOf = (text: string): Pick<ImapUrl, 'mailbox' | 'uidValidity'> | undefined => {
  const found = /^([^;]*)(?:;UIDVALIDITY=([0-9]+))?$/i.exec(text)
  const name = found === null ? undefined : decoded(found[1] ?? '')
  if (found === null || name === undefined || name.length > mailboxNameBytesMax) return undefined
  const uidValidity = found[2] === undefined ? null : nonZero32(found[2])
  if (uidValidity === undefined) return undefined
  return { mailbox: name === '' ? null : inboxInCapitals(name), uidValidity }
}

const sectionOf = (text: string): Section | undefined => {
  const inside = decoded(text)
  if (inside === undefined) return undefined
  const found = parsed(scanOf(Buffer.from(`[${inside}]`, 'utf8')), (scan) => {
    const { section } = sectionSpec(scan)
    return scan.at === scan.bytes.length ? section : undefined
  })
  return found.is === 'parsed' ? found.value : undefined
}

/** `";PARTIAL=" number ["." nz-number]` */
const partialOf = (text: string): ImapUrl['partial'] | undefined => {
  const [offsetText, countText, more] = text.split('.')
  const offset = whole(offsetText)
  const count = countText === undefined ? null : whole(countText)
  if (offset === undefined || count === undefined || count === 0 || more !== undefined) return undefined
  return { offset, count }
}

/** `date-time` of RFC 3339. */
const momentOf = (text: string): number | undefined => {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/i.test(text)) return undefined
  const ms = Date.parse(text.toUpperCase())
  return Number.isNaN(ms) ? undefined : ms
}

const accessOf = (text: string): UrlAccess | undefined => {
  const lower = text.toLowerCase()
  if (lower === 'authuser' || lower === 'anonymous') return { is: lower }
  const found = /^(user|submit)\+(.+)$/i.exec(text)
  const name = found === null ? undefined : decoded(found[2] ?? '')
  if (found === null || name === undefined) return undefined
  return { is: found[1]?.toLowerCase() === 'user' ? 'user' : 'submit', name }
}

/** `[";EXPIRE=" date-time] ";URLAUTH=" access [":" mech ":" token]`; `before` is all of the URL that precedes it. */
const authOf = (text: string, before: string): UrlAuth | undefined => {
  const found = /^(?:;EXPIRE=([^;]+))?;URLAUTH=([^:;]+)(?::([A-Za-z0-9.-]{1,32}):([0-9A-Fa-f]{32,256}))?$/i.exec(text)
  if (found === null) return undefined
  const [, expires, accessText = '', mechanism, token] = found
  const expiresAtMs = expires === undefined ? null : momentOf(expires)
  const access = accessOf(accessText)
  if (expiresAtMs === undefined || access === undefined) return undefined
  const proof = mechanism === undefined || token === undefined ? null : { mechanism: mechanism.toUpperCase(), token: token.toLowerCase() }
  const rump = before + (proof === null ? text : text.slice(0, text.length - proof.mechanism.length - proof.token.length - 2))
  return { expiresAtMs, access, rump, proof }
}

type Message = Pick<ImapUrl, 'uid' | 'section' | 'partial'>

/** `iuid ["/;SECTION=" enc-section] ["/;PARTIAL=" partial-range]`, from behind `;UID=`. */
const messageOf = (text: string): Message | undefined => {
  const found = /^([0-9]+)(?:\/?;SECTION=([^;]*?))?(?:\/?;PARTIAL=([0-9.]+))?\/?$/i.exec(text)
  const uid = nonZero32(found?.[1])
  const section = found?.[2] === undefined ? null : sectionOf(found[2])
  const partial = found?.[3] === undefined ? null : partialOf(found[3])
  return uid === undefined || section === undefined || partial === undefined ? undefined : { uid, section, partial }
}

/** Splits off scheme and server; the path keeps its leading slash. */
const splitServer = (url: string): { readonly user: string | null; readonly host: string | null; readonly path: string } | undefined => {
  const found = /^imap:\/\/([^/]*)(\/.*)$/is.exec(url)
  if (found === null) return /^[a-z][a-z0-9+.-]*:/i.test(url) || url.startsWith('//') ? undefined : { user: null, host: null, path: url }
  const server = serverOf(found[1] ?? '')
  return server === undefined ? undefined : { ...server, path: found[2] ?? '' }
}

/** Undefined where it is no IMAP URL of a message. */
export const imapUrl = (bytes: Buffer): ImapUrl | undefined => {
  if (bytes.length > urlBytesMax) return undefined
  const url = bytes.toString('latin1')
  if (!/^[\x21-\x7e]+$/.test(url)) return undefined
  const server = splitServer(url)
  if (server === undefined) return undefined
  const { user, host, path } = server
  const uidAt = path.search(/;UID=/i)
  if (uidAt < 0) return undefined
  const mailbox = mailboxOf(path.slice(0, uidAt).replace(/^\//, '').replace(/\/$/, ''))
  const tail = path.slice(uidAt + 5)
  const authAt = tail.search(/;(EXPIRE|URLAUTH)=/i)
  const message = messageOf(authAt < 0 ? tail : tail.slice(0, authAt))
  if (mailbox === undefined || message === undefined) return undefined
  const auth = authAt < 0 ? null : authOf(tail.slice(authAt), url.slice(0, url.length - tail.length + authAt))
  return auth === undefined ? undefined : { user, host, ...mailbox, ...message, auth }
}
