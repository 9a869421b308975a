/**
 * Addresses as people type them and as we know them. `a..b@`, `a.@` and `.a@` are accepted with and without quotes and
 * are one address each, because millions of Japanese mobile subscribers have such names; `new-local-part.ts` says what
 * we give out ourselves. The canonical form is what blind indexes are made from, so it must never change.
 */
import { domainName } from './domain.ts'

/** RFC 5321 section 4.5.3.1.1 says 64; the return paths of large senders are longer, and refusing them loses mail. */
export const localPartOctetsMax = 128
/** Room for every local part written as quoted pairs, and a domain. */
const addressCharactersMax = 2 * localPartOctetsMax + 3 + 253

export interface Address {
  /** Without quotes or escapes, NFC, case as written. */
  readonly localPart: string
  /** Canonical (`domain.ts`). */
  readonly domain: string
}

/** `1*(atext / ".")` with the characters of RFC 6531; dots anywhere. */
const bareLocalPart = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.\-\u00a0-\u{10ffff}]+$/u
/** What may stand between quotes once unescaped: no control characters. */
const quotableLocalPart = /^[\x20-\x7e\u00a0-\u{10ffff}]+$/u
/** Dots where dot-string (RFC 5321 section 4.1.2) has none. */
const oddDots = /^\.|\.\.|\.$/

const unquote = (quoted: string): { readonly localPart: string; readonly rest: string } | undefined => {
  let localPart = ''
  for (let at = 1; at < quoted.length; at += 1) {
    const character = quoted.charAt(at)
    if (character === '"') return { localPart, rest: quoted.slice(at + 1) }
    if (character === '\\') at += 1
    localPart += quoted.charAt(at)
  }
  return undefined
}

const split = (text: string): { readonly localPart: string; readonly domain: string } | undefined => {
  if (text.startsWith('"')) {
    const unquoted = unquote(text)
    if (unquoted === undefined || !unquoted.rest.startsWith('@')) return undefined
    if (!quotableLocalPart.test(unquoted.localPart)) return undefined
    return { localPart: unquoted.localPart, domain: unquoted.rest.slice(1) }
  }
  const at = text.indexOf('@')
  if (at < 1) return undefined
  const localPart = text.slice(0, at)
  return bareLocalPart.test(localPart) ? { localPart, domain: text.slice(at + 1) } : undefined
}

/** `local-part@domain` (RFC 5321 section 4.1.2, RFC 6531), or undefined. No display name, no angle brackets, no literal. */
export const parseAddress = (text: string): Address | undefined => {
  if (text.length > addressCharactersMax || !text.isWellFormed()) return undefined
  const parts = split(text)
  if (parts === undefined) return undefined
  const localPart = parts.localPart.normalize('NFC')
  const domain = domainName(parts.domain)
  if (domain === undefined || Buffer.byteLength(localPart) > localPartOctetsMax) return undefined
  return { localPart, domain }
}

const foldAsciiCase = (text: string): string => text.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase())
const quote = (localPart: string): string => `"${localPart.replace(/["\\]/g, '\\$&')}"`

/** The one spelling of an address that is ours to compare: quotes only where nothing else can say it. */
export const canonicalOf = (address: Address): string => {
  const localPart = foldAsciiCase(address.localPart)
  return `${bareLocalPart.test(localPart) ? localPart : quote(localPart)}@${address.domain}`
}

/** From text straight to the canonical form. */
export const canonicalAddress = (text: string): string | undefined => {
  const address = parseAddress(text)
  return address === undefined ? undefined : canonicalOf(address)
}

/**
 * An address for the wire. Odd dots are quoted, as the grammar asks, unless the peer is one that knows such names only
 * without quotes (`bare`).
 */
export const wireAddress = (address: Address, odd: 'quoted' | 'bare' = 'quoted'): string => {
  const { localPart, domain } = address
  const needsQuotes = !bareLocalPart.test(localPart) || (odd === 'quoted' && oddDots.test(localPart))
  return `${needsQuotes ? quote(localPart) : localPart}@${domain}`
}
