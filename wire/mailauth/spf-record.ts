/** The SPF record (RFC 7208 section 4.5, 4.6, 5, 6). Any error of syntax, anywhere, makes it no record. */
import { addressBytes } from './ip-address.ts'
import { readDomainSpec, readMacroString, type MacroString } from './spf-macro.ts'

export type Qualifier = '+' | '-' | '~' | '?'

export type Mechanism =
  | { readonly kind: 'all' }
  | { readonly kind: 'include' | 'exists'; readonly domain: MacroString }
  | { readonly kind: 'a' | 'mx'; readonly domain: MacroString | null; readonly bits4: number; readonly bits6: number }
  | { readonly kind: 'ptr'; readonly domain: MacroString | null }
  | { readonly kind: 'ip'; readonly network: readonly number[]; readonly bits: number }

export interface Directive {
  readonly qualifier: Qualifier
  readonly mechanism: Mechanism
  /** As published, for people to read; cut at `termShownMax`. */
  readonly text: string
}

export interface SpfRecord {
  readonly directives: readonly Directive[]
  readonly redirect: MacroString | null
  readonly explanation: MacroString | null
}

const recordCharsMax = 8_192
const termsMax = 512
const termShownMax = 100
const version = /^v=spf1(?: |$)/i
const directive = /^([+\-~?]?)([a-z][a-z0-9-]*)(.*)$/is
const modifier = /^([a-z][a-z0-9\-_.]*)=(.*)$/is
const dualCidr = /^(.*?)(?:\/(0|[1-9][0-9]{0,2}))?(?:\/\/(0|[1-9][0-9]{0,2}))?$/s
const cidr = /^(.*?)(?:\/(0|[1-9][0-9]{0,2}))?$/s
const qualifiers: Readonly<Record<string, Qualifier>> = { '': '+', '+': '+', '-': '-', '~': '~', '?': '?' }

export const isSpfRecord = (text: string): boolean => version.test(text)

/** `:domain-spec` or nothing. */
const optionalDomain = (text: string): MacroString | null | undefined => {
  if (text === '') return null
  return text.startsWith(':') ? readDomainSpec(text.slice(1)) : undefined
}

const addressed = (kind: 'a' | 'mx', rest: string): Mechanism | undefined => {
  const [, name = '', four, six] = dualCidr.exec(rest) ?? []
  const domain = optionalDomain(name)
  const [bits4, bits6] = [Number(four ?? 32), Number(six ?? 128)]
  return domain === undefined || bits4 > 32 || bits6 > 128 ? undefined : { kind, domain, bits4, bits6 }
}

const network = (rest: string, octets: number): Mechanism | undefined => {
  const [, address = '', length] = cidr.exec(rest) ?? []
  const bytes = address.startsWith(':') ? addressBytes(address.slice(1)) : undefined
  const bits = Number(length ?? octets * 8)
  return bytes?.length !== octets || bits > octets * 8 ? undefined : { kind: 'ip', network: bytes, bits }
}

const needed = (kind: 'include' | 'exists', rest: string): Mechanism | undefined => {
  const domain = optionalDomain(rest)
  return domain === undefined || domain === null ? undefined : { kind, domain }
}

const mechanisms: Readonly<Record<string, (rest: string) => Mechanism | undefined>> = {
  all: (rest) => (rest === '' ? { kind: 'all' } : undefined),
  include: (rest) => needed('include', rest),
  exists: (rest) => needed('exists', rest),
  a: (rest) => addressed('a', rest),
  mx: (rest) => addressed('mx', rest),
  ip4: (rest) => network(rest, 4),
  ip6: (rest) => network(rest, 16),
  ptr(rest) {
    const domain = optionalDomain(rest)
    return domain === undefined ? undefined : { kind: 'ptr', domain }
  },
}

const readDirective = (text: string): Directive | undefined => {
  const [, sign = '', name = '', rest = ''] = directive.exec(text) ?? []
  const mechanism = Object.hasOwn(mechanisms, name.toLowerCase()) ? mechanisms[name.toLowerCase()]?.(rest) : undefined
  const qualifier = qualifiers[sign]
  return mechanism === undefined || qualifier === undefined ? undefined : { qualifier, mechanism, text: text.slice(0, termShownMax) }
}

/** `text`: one for which `isSpfRecord` holds. Undefined: permerror. */
export const readSpfRecord = (text: string): SpfRecord | undefined => {
  const terms = text.split(' ').slice(1).filter((term) => term !== '')
  if (text.length > recordCharsMax || terms.length > termsMax) return undefined
  const directives: Directive[] = []
  const modifiers = new Map<string, MacroString>()
  for (const term of terms) {
    const [, name, value = ''] = modifier.exec(term) ?? []
    if (name === undefined) {
      const read = readDirective(term)
      if (read === undefined) return undefined
      directives.push(read)
      continue
    }
    const known = name.toLowerCase() === 'redirect' || name.toLowerCase() === 'exp'
    const read = known ? readDomainSpec(value) : readMacroString(value, false)
    if (read === undefined || (known && modifiers.has(name.toLowerCase()))) return undefined
    if (known) modifiers.set(name.toLowerCase(), read)
  }
  return { directives, redirect: modifiers.get('redirect') ?? null, explanation: modifiers.get('exp') ?? null }
}
