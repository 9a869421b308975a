/**
 * ENVELOPE and BODYSTRUCTURE in one spelling, so that two servers' can be compared. What is taken away:
 * the case of what RFC 9051 section 7.5.2 compares without it; whether one language is a list; the charset that Dovecot
 * adds to every text (RFC 2046 section 4.1.2, which unlabelled mail does not keep to); counts of lines, where
 * Dovecot counts line breaks and we a last line without one as well; the host of an address that has none.
 */
import type { Value } from './response-value.ts'

const isList = (value: Value | undefined): value is readonly Value[] => Array.isArray(value)
const lower = (value: Value | undefined): Value => (typeof value === 'string' ? value.toLowerCase() : (value ?? null))
const isText = (type: Value): boolean => lower(type) === 'text'

const pairs = (value: Value | undefined, addedCharset: boolean): Value => {
  const list = isList(value) ? value : []
  const out: (readonly [Value, Value])[] = []
  for (let at = 0; at < list.length; at += 2) out.push([lower(list[at]), list[at + 1] ?? null])
  return out.filter(([name, text]) => !(addedCharset && name === 'charset' && lower(text) === 'us-ascii'))
}

const disposition = (value: Value | undefined): Value => (isList(value) ? [lower(value[0]), pairs(value[1], false)] : null)

/** `body-fld-dsp`, `body-fld-lang`, `body-fld-loc`. */
const extension = ([dsp, language, location]: readonly Value[]): readonly Value[] => [
  disposition(dsp), typeof language === 'string' ? [language] : (language ?? null), location ?? null,
]

const missingHosts = /MISSING_DOMAIN|missing-host\.invalid/

export const canonicalEnvelope = (value: Value): Value => {
  if (typeof value === 'string') return missingHosts.test(value) ? '(no host)' : value
  return isList(value) ? value.map(canonicalEnvelope) : value
}

const single = (value: readonly Value[]): Value => {
  const [type = null, subtype, parameters, id, description, encoding, size, ...rest] = value
  const head = [lower(type), lower(subtype), pairs(parameters, isText(type)), id ?? null, description ?? null, lower(encoding)]
  const [first, second] = rest
  if (isList(first) && isList(second)) {
    const inside = canonicalStructure(second)
    return [...head, canonicalEnvelope(first), inside, rest[3] ?? null, ...extension(rest.slice(4))]
  }
  if (isText(type)) return [...head, size ?? null, rest[1] ?? null, ...extension(rest.slice(2))]
  return [...head, size ?? null, first ?? null, ...extension(rest.slice(1))]
}

/** The size of a message inside is not compared: the line break that ends its header may be the delimiter's. Its parts' sizes are. */
export const canonicalStructure = (value: Value): Value => {
  if (!isList(value)) return value
  const parts = value.findIndex((inner) => !isList(inner))
  if (parts <= 0) return single(value)
  const [subtype, parameters, ...rest] = value.slice(parts)
  return [...value.slice(0, parts).map(canonicalStructure), lower(subtype), pairs(parameters, false), ...extension(rest)]
}
