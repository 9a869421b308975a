/**
 * Reverse and forward paths (RFC 5321 section 4.1.2, SMTPUTF8 RFC 6531 section 3.3): text to addresses and back.
 * A local part is kept as what it means, without quotes; the domain as it was written.
 */
import { charClass, isAtext, isDomainCharacter, isQtext } from './characters.ts'

export interface Address {
  /** Unquoted. */
  readonly localPart: string
  /** A domain name or an address literal with its brackets; empty only in `<postmaster>`. */
  readonly domain: string
}

/** null is `<>`, the sender of notifications. */
export type ReversePath = Address | null

/** RFC 5321 section 4.5.3.1.1 says 64, and asks for more where possible: return paths with coded recipients need it. */
export const localPartBytesMax = 255
/** RFC 5321 section 4.5.3.1.2. */
export const domainBytesMax = 255
const labelBytesMax = 63

export interface ParsedPath {
  readonly path: ReversePath
  /** Index after the closing `>`. */
  readonly end: number
}

const octets = (text: string): number => (charClass.isAscii(text) ? text.length : Buffer.byteLength(text))

/** `Source-route = "@" Domain *( "," "@" Domain ) ":"`: accepted and ignored (RFC 5321 appendix C). */
const afterSourceRoute = (text: string, start: number): number | undefined => {
  if (text[start] !== '@') return start
  const colon = text.indexOf(':', start)
  if (colon === -1) return undefined
  const hops = text.slice(start, colon).split(',', 17)
  const good = hops.length <= 16 && hops.every((hop) => hop[0] === '@' && isDomain(hop.slice(1)))
  return good ? colon + 1 : undefined
}

/** `Quoted-string = DQUOTE *QcontentSMTP DQUOTE`: its meaning and the index after it. */
const quotedLocalPart = (text: string, start: number): { text: string; end: number } | undefined => {
  let meaning = ''
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === 0x22) return { text: meaning, end: at + 1 }
    if (code === 0x5c) {
      at += 1
      const escaped = text.charCodeAt(at)
      if (!(escaped >= 0x20 && escaped <= 0x7e)) return undefined
    } else if (!isQtext(code)) return undefined
    meaning += text[at] ?? ''
  }
  return undefined
}

/**
 * `Dot-string = Atom *("." Atom)`.
 * quirkOddDots: Japanese carriers gave out `a..b@`, `a.@` and `.a@` until 2009 and they live on, so dots may stand
 * anywhere. Quoted or not they are the same address.
 */
const dotLocalPart = (text: string, start: number): { text: string; end: number } | undefined => {
  let at = start
  while (at < text.length && (isAtext(text.charCodeAt(at)) || text.charCodeAt(at) === 0x2e)) at += 1
  return at === start ? undefined : { text: text.slice(start, at), end: at }
}

/** `Domain = sub-domain *("." sub-domain)`, with `_` and U-labels. */
export const isDomain = (text: string): boolean => {
  if (text.length === 0 || octets(text) > domainBytesMax) return false
  for (const label of text.split('.')) {
    if (label.length === 0 || octets(label) > labelBytesMax || label[0] === '-' || label.endsWith('-')) return false
    for (let at = 0; at < label.length; at += 1) if (!isDomainCharacter(label.charCodeAt(at))) return false
  }
  return true
}

const isIpv4 = (text: string): boolean => {
  const parts = text.split('.')
  return parts.length === 4 && parts.every((part) => /^(0|[1-9][0-9]{0,2})$/.test(part) && Number(part) <= 255)
}

/** RFC 4291 section 2.2. */
const isIpv6 = (text: string): boolean => {
  if (text.length > 45) return false
  const halves = text.split('::')
  if (halves.length > 2) return false
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')))
  const tail = groups.at(-1) ?? ''
  const dotted = tail.includes('.')
  const hex = dotted ? groups.slice(0, -1) : groups
  const count = hex.length + (dotted ? 2 : 0)
  if (!hex.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) || (dotted && !isIpv4(tail))) return false
  return halves.length === 2 ? count <= 7 : count === 8
}

/** `address-literal = "[" ( IPv4-address-literal / IPv6-address-literal ) "]"`; no other kind is registered. */
export const isAddressLiteral = (text: string): boolean => {
  if (!text.startsWith('[') || !text.endsWith(']')) return false
  const inside = text.slice(1, -1)
  return /^ipv6:/i.test(inside) ? isIpv6(inside.slice(5)) : isIpv4(inside)
}

const addressOf = (localPart: string, domain: string): Address | undefined => {
  if (localPart === '' || octets(localPart) > localPartBytesMax) return undefined
  if (!(domain[0] === '[' ? isAddressLiteral(domain) : isDomain(domain))) return undefined
  return { localPart, domain }
}

/** The mailbox that begins at `start` and ends before `stop`. */
const mailboxAt = (text: string, start: number, stop: string): { address: Address; end: number } | undefined => {
  const local = text[start] === '"' ? quotedLocalPart(text, start) : dotLocalPart(text, start)
  if (local === undefined) return undefined
  if (stop !== '' && text.startsWith(stop, local.end) && local.text.toLowerCase() === 'postmaster') {
    return { address: { localPart: local.text, domain: '' }, end: local.end }
  }
  if (text[local.end] !== '@') return undefined
  const end = stop === '' ? text.length : text.indexOf(stop, local.end)
  if (end === -1) return undefined
  const address = addressOf(local.text, text.slice(local.end + 1, end))
  return address === undefined ? undefined : { address, end }
}

/** `Path = "<" [ A-d-l ":" ] Mailbox ">"`, or `<>`, at `start`. */
export const parsePath = (text: string, start: number): ParsedPath | undefined => {
  if (text[start] !== '<') return undefined
  if (text[start + 1] === '>') return { path: null, end: start + 2 }
  const begin = afterSourceRoute(text, start + 1)
  const found = begin === undefined ? undefined : mailboxAt(text, begin, '>')
  return found === undefined ? undefined : { path: found.address, end: found.end + 1 }
}

/** `Mailbox = Local-part "@" ( Domain / address-literal )` and nothing around it. */
export const parseAddress = (text: string): Address | undefined => {
  const found = mailboxAt(text, 0, '')
  return found !== undefined && found.end === text.length && found.address.domain !== '' ? found.address : undefined
}

/** Some carriers take their odd dots only bare, the rest of the world only quoted. */
export type OddDots = 'bare' | 'quoted'

const isDotString = (localPart: string, oddDots: OddDots): boolean => {
  for (let at = 0; at < localPart.length; at += 1) {
    const code = localPart.charCodeAt(at)
    if (code !== 0x2e && !isAtext(code)) return false
  }
  if (oddDots === 'bare') return true
  return !(localPart[0] === '.' || localPart.endsWith('.') || localPart.includes('..'))
}

export const encodeAddress = ({ localPart, domain }: Address, oddDots: OddDots = 'quoted'): string => {
  const local = isDotString(localPart, oddDots) ? localPart : `"${localPart.replaceAll(/["\\]/g, '\\$&')}"`
  return domain === '' ? local : `${local}@${domain}`
}

export const encodePath = (path: ReversePath, oddDots: OddDots = 'quoted'): string =>
  path === null ? '<>' : `<${encodeAddress(path, oddDots)}>`

/** Whether the path may be said to a server that has no SMTPUTF8. */
export const isAsciiPath = (path: ReversePath): boolean =>
  path === null || (charClass.isAscii(path.localPart) && charClass.isAscii(path.domain))
