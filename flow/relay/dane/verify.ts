/**
 * Whether the chain a server showed is the one its TLSA records speak of (RFC 7671, RFC 7672 section 3). Pure: the TLS
 * handshake has proven that the server holds the key of the first certificate, all else is decided here.
 */
import { createPublicKey, X509Certificate, type KeyObject } from 'node:crypto'
import type { TlsFailureType } from '@bulkhead/mail/ports/tls-results.ts'
import { matches, type Tlsa } from './tlsa.ts'

/** What is wrong, in the words of RFC 8460. */
export interface TlsProblem {
  readonly type: TlsFailureType
  readonly reason: string
}

export const chainMax = 10
const serverAuth = '1.3.6.1.5.5.7.3.1'
const anyExtendedUse = '2.5.29.37.0'

const untrusted = (reason: string): TlsProblem => ({ type: 'certificate-not-trusted', reason })

const outOfDate = (certificate: X509Certificate, nowMs: number): TlsProblem | undefined => {
  if (nowMs > certificate.validToDate.getTime()) return { type: 'certificate-expired', reason: 'certificate has expired' }
  return nowMs < certificate.validFromDate.getTime() ? untrusted('certificate is not yet valid') : undefined
}

/** For a server at all: no extended usage, or one that includes it (RFC 5280 section 4.2.1.12). */
const forServers = ({ keyUsage }: X509Certificate): boolean =>
  // Undefined where the extension is missing, whatever the type says.
  !Array.isArray(keyUsage) || keyUsage.includes(serverAuth) || keyUsage.includes(anyExtendedUse)

/** The names it may be known by; the common name counts where there is no DNS name (RFC 7672 section 3.2.3). */
const named = (certificate: X509Certificate, names: readonly string[]): boolean =>
  names.some((name) => certificate.checkHost(name, { subject: 'default', partialWildcards: false }) !== undefined)

const signedBy = (certificate: X509Certificate, key: () => KeyObject): boolean => {
  try {
    return certificate.verify(key())
  } catch {
    // A key of a kind that OpenSSL does not know.
    return false
  }
}

const isIssuedBy = (certificate: X509Certificate, issuer: X509Certificate): boolean =>
  issuer.ca && certificate.checkIssued(issuer) && signedBy(certificate, () => issuer.publicKey)

/** Anchors that the records hold whole: the server need not send those. */
const anchorsIn = (records: readonly Tlsa[]): { readonly certificates: readonly X509Certificate[]; readonly keys: readonly KeyObject[] } => {
  const certificates: X509Certificate[] = []
  const keys: KeyObject[] = []
  for (const { matching, selector, data } of records) {
    if (matching !== 0) continue
    try {
      if (selector === 0) certificates.push(new X509Certificate(data))
      else keys.push(createPublicKey({ key: data, format: 'der', type: 'spki' }))
    } catch {
      // Bytes that are neither match nothing.
    }
  }
  return { certificates, keys }
}

/**
 * Certificates from the server's up to the trust anchor, each signed by the next; undefined where no anchor is reached. Servers
 * send them in any order and some too many (RFC 8446 section 4.4.2); of several issuers the one that a record speaks of counts.
 */
const pathToAnchor = (chain: readonly X509Certificate[], records: readonly Tlsa[]): readonly X509Certificate[] | undefined => {
  const anchors = anchorsIn(records)
  const isAnchor = (certificate: X509Certificate): boolean => records.some((record) => matches(record, certificate))
  const [own, ...others] = chain.slice(0, chainMax)
  const path: X509Certificate[] = []
  for (let at = own; at !== undefined;) {
    const below = at
    path.push(below)
    const held = anchors.certificates.find((candidate) => isIssuedBy(below, candidate))
    if (held !== undefined) return [...path, held]
    if (anchors.keys.some((key) => signedBy(below, () => key))) return path
    const issuers = others.filter((candidate) => !path.includes(candidate) && isIssuedBy(below, candidate))
    const anchor = issuers.find(isAnchor)
    if (anchor !== undefined) return [...path, anchor]
    at = issuers[0]
  }
  return undefined
}

const verifyAnchored = (chain: readonly X509Certificate[], records: readonly Tlsa[], names: readonly string[], nowMs: number): TlsProblem | undefined => {
  const path = pathToAnchor(chain, records)
  const [own] = chain
  if (path === undefined || own === undefined) return { type: 'validation-failure', reason: 'no certificate matches a TLSA record' }
  const old = path.map((certificate) => outOfDate(certificate, nowMs)).find((problem) => problem !== undefined)
  if (old !== undefined) return old
  if (!forServers(own)) return untrusted('certificate is not for servers')
  return named(own, names) ? undefined : { type: 'certificate-host-mismatch', reason: 'certificate has another name' }
}

/**
 * `chain` begins with the server's own certificate. Undefined: authenticated. DANE-EE asks for neither names nor dates
 * (RFC 7672 section 3.1.1); DANE-TA for both (section 3.1.2), `names` being the TLSA base domain and the next hop.
 */
export const verifyDane = (
  chain: readonly X509Certificate[],
  records: readonly Tlsa[],
  { names, nowMs }: { readonly names: readonly string[]; readonly nowMs: number },
): TlsProblem | undefined => {
  const [own] = chain
  if (own === undefined) return { type: 'validation-failure', reason: 'no certificate was shown' }
  if (records.some((record) => record.usage === 3 && matches(record, own))) return undefined
  return verifyAnchored(chain, records.filter(({ usage }) => usage === 2), names, nowMs)
}
