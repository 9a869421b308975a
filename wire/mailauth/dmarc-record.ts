/** The DMARC Policy Record (RFC 9989 section 4.7): what can't be read is ignored, tag by tag; a policy that can't is no policy. */
import { reportUrisMax, type DmarcPolicy, type DmarcRecord } from './results.ts'

const version = /^v[ \t]*=[ \t]*DMARC1[ \t]*(?:;|$)/
const uri = /^[a-z][a-z0-9+.-]*:[\x21\x23-\x3b\x3d\x3f-\x7e]+$/i
/** RFC 7489 had sizes behind the address; they mean nothing any more. */
const size = /![0-9]+[kmgt]?$/i
const recordCharsMax = 4_096
const tagsMax = 64
const policies: Readonly<Record<string, DmarcPolicy>> = { none: 'none', quarantine: 'quarantine', reject: 'reject' }

export const isDmarcRecord = (text: string): boolean => version.test(text)

/** The first of a name counts. */
const tagsOf = (text: string): ReadonlyMap<string, string> => {
  const tags = new Map<string, string>()
  for (const spec of text.slice(0, recordCharsMax).split(';', tagsMax)) {
    const equals = spec.indexOf('=')
    const name = spec.slice(0, Math.max(0, equals)).trim().toLowerCase()
    if (name !== '' && !tags.has(name)) tags.set(name, spec.slice(equals + 1).trim())
  }
  return tags
}

const uris = (value: string | undefined): readonly string[] =>
  (value ?? '').split(',', reportUrisMax).map((one) => one.trim().replace(size, '')).filter((one) => uri.test(one))

/** Null where it is not there, undefined where it is no policy. */
const policyOf = (value: string | undefined): DmarcPolicy | null | undefined => (value === undefined ? null : policies[value.toLowerCase()])

/** Undefined where the record asks for nothing: its policy can't be read and nobody wants reports. */
export const readDmarcRecord = (text: string): DmarcRecord | undefined => {
  if (!isDmarcRecord(text)) return undefined
  const tags = tagsOf(text)
  const tag = (name: string): string => (tags.get(name) ?? '').toLowerCase()
  const rua = uris(tags.get('rua'))
  const [p, sp, np] = [policyOf(tags.get('p')), policyOf(tags.get('sp')), policyOf(tags.get('np'))]
  const readable = p !== undefined && sp !== undefined && np !== undefined
  if (!readable && rua.length === 0) return undefined
  const psd = tag('psd')
  return {
    p: readable ? (p ?? 'none') : 'none',
    sp: readable ? sp : null,
    np: readable ? np : null,
    adkim: tag('adkim') === 's' ? 's' : 'r',
    aspf: tag('aspf') === 's' ? 's' : 'r',
    testing: tag('t') === 'y',
    psd: psd === 'y' || psd === 'n' ? psd : 'u',
    fo: /^[01ds](?::[01ds])*$/.test(tag('fo')) ? tag('fo') : '0',
    rua,
    ruf: uris(tags.get('ruf')),
  }
}
