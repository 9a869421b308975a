/** The DKIM-Signature field (RFC 6376 section 3.5) and ARC-Message-Signature, which is one of its kind (RFC 8617 section 4.1.2). */
import type { Canonicalization } from './canonical-header.ts'
import { domainOfBytes, isWithin } from './domain-name.ts'
import { base64Value, tagList, unspaced } from './tag-list.ts'

export interface DkimField {
  readonly algorithm: string
  readonly signature: Buffer
  readonly signatureStart: string
  readonly bodyHash: Buffer
  readonly headerCanonicalization: Canonicalization
  readonly bodyCanonicalization: Canonicalization
  readonly domain: string
  readonly selector: string
  /** `i=` as written; `@domain` by default. */
  readonly identity: string
  readonly identityDomain: string
  /** Lower case, in order, repeated as written. */
  readonly signed: readonly string[]
  /** `l=`: octets of the canonical body; null for all. */
  readonly bodyLength: number | null
  readonly expiresAtS: number | null
}

/** As far as it could be read: what a report can name. */
export interface UnreadableField {
  readonly unreadable: string
  readonly domain: string
  readonly selector: string
  readonly algorithm: string
}

export const signedNamesMax = 1_000
const signatureBytesMax = 1_024
const bodyHashBytesMax = 64
const startChars = 8
const selectorMax = 253
const lengthDigits = /^[0-9]{1,76}$/
const timeDigits = /^[0-9]{1,12}$/
const canonicalizations: Readonly<Record<string, Canonicalization>> = { simple: 'simple', relaxed: 'relaxed' }

const time = (text: string | undefined): number | null | undefined => {
  if (text === undefined) return null
  return timeDigits.test(text) ? Number(text) : undefined
}

type Tags = ReadonlyMap<string, string>
const requiredOf = { dkim: ['v', 'a', 'b', 'bh', 'd', 'h', 's'], arc: ['a', 'b', 'bh', 'd', 'h', 's'] } as const

const canonicalizationOf = (text: string): readonly [Canonicalization, Canonicalization] | undefined => {
  const [header = '', body = 'simple', ...rest] = text.toLowerCase().split('/')
  const [ofHeader, ofBody] = [canonicalizations[header], canonicalizations[body]]
  return ofHeader === undefined || ofBody === undefined || rest.length > 0 ? undefined : [ofHeader, ofBody]
}

/** `i=` is an address within `d=`; its local part may be quoted-printable, which changes nothing for its domain. */
const identityDomainOf = (identity: string): string | undefined => domainOfBytes(identity.slice(identity.lastIndexOf('@') + 1))

const missing = (tags: Tags, names: readonly string[]): string | undefined => {
  const name = names.find((one) => tags.get(one) === undefined || tags.get(one) === '')
  return name === undefined ? undefined : `tag ${name} is missing`
}

const read = (tags: Tags, kind: 'dkim' | 'arc'): DkimField | string => {
  const lacking = missing(tags, requiredOf[kind])
  if (lacking !== undefined) return lacking
  const tag = (name: string): string => unspaced(tags.get(name) ?? '')
  if (kind === 'dkim' && tag('v') !== '1') return 'unknown version'
  const domain = domainOfBytes(tag('d'))
  const selector = domainOfBytes(tag('s'))
  if (domain === undefined) return 'no domain in d'
  if (selector === undefined || selector.length > selectorMax) return 'no selector in s'
  const identity = kind === 'dkim' && tags.has('i') ? tag('i') : `@${domain}`
  const identityDomain = identityDomainOf(identity)
  if (identityDomain === undefined || !isWithin(identityDomain, domain)) return 'identity is not within domain'
  const signature = base64Value(tag('b'), signatureBytesMax)
  const bodyHash = base64Value(tag('bh'), bodyHashBytesMax)
  if (signature === undefined || bodyHash === undefined) return 'no base64 in b or bh'
  const canonicalization = canonicalizationOf(tags.has('c') ? tag('c') : 'simple/simple')
  if (canonicalization === undefined) return 'unknown canonicalization'
  const signed = tag('h').toLowerCase().split(':', signedNamesMax + 1)
  if (signed.length > signedNamesMax) return 'too many fields in h'
  if (!signed.includes('from')) return 'From is not signed'
  if (tags.has('q') && !tag('q').toLowerCase().split(':').includes('dns/txt')) return 'unknown query method'
  if (tags.has('l') && !lengthDigits.test(tag('l'))) return 'no number in l'
  const madeAtS = time(tags.has('t') ? tag('t') : undefined)
  const expiresAtS = time(tags.has('x') ? tag('x') : undefined)
  if (madeAtS === undefined || expiresAtS === undefined) return 'no time in t or x'
  if (madeAtS !== null && expiresAtS !== null && expiresAtS <= madeAtS) return 'expires before it was made'
  return {
    algorithm: tag('a').toLowerCase(), signature, signatureStart: tag('b').slice(0, startChars), bodyHash,
    headerCanonicalization: canonicalization[0], bodyCanonicalization: canonicalization[1],
    domain, selector, identity, identityDomain, signed, bodyLength: tags.has('l') ? Number(tag('l')) : null, expiresAtS,
  }
}

/** `value`: unfolded. Never throws. */
export const readDkimField = (value: string, kind: 'dkim' | 'arc' = 'dkim'): DkimField | UnreadableField => {
  const tags = tagList(value)
  if (tags === undefined) return { unreadable: 'not a list of tags', domain: '', selector: '', algorithm: '' }
  const field = read(tags, kind)
  if (typeof field !== 'string') return field
  const named = (name: string): string => domainOfBytes(unspaced(tags.get(name) ?? '')) ?? ''
  return { unreadable: field, domain: named('d'), selector: named('s'), algorithm: unspaced(tags.get('a') ?? '').toLowerCase() }
}
