/**
 * What TLS has to prove towards one host before a message goes there, and whether it did. DANE goes before MTA-STS (RFC 8461
 * section 2), and what neither covers is encrypted where it can be (RFC 7435). Pure but for the questions to DNS.
 */
import type { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import type { TlsPolicy } from '@bulkhead/mail/ports/tls-results.ts'
import { stsCovers, stsPolicyLines, type StsPolicy } from '@bulkhead/wire/sts/policy.ts'
import type { Dns } from '../resolving/dns.ts'
import type { FoundAddresses } from './addresses.ts'
import type { Handshake } from './conversation.ts'
import { daneOf } from './dane/lookup.ts'
import { tlsaText, type Tlsa } from './dane/tlsa.ts'
import { verifyDane, type TlsProblem } from './dane/verify.ts'

export type Protection =
  | { readonly is: 'opportunistic' }
  /** TLSA records that can't be used: encrypted, whoever answers. */
  | { readonly is: 'encrypted'; readonly base: string }
  | { readonly is: 'dane'; readonly base: string; readonly records: readonly Tlsa[]; readonly host: string }
  | { readonly is: 'sts'; readonly policy: StsPolicy; readonly covered: boolean }

/** `policy`: what the recipient's domain asks for. `required`: RFC 8689's REQUIRETLS. `waived`: `TLS-Required: No`. */
export type TlsNeed = 'policy' | 'required' | 'waived'

export interface Asked {
  readonly host: string
  readonly port: number
  readonly addresses: FoundAddresses
  /** DNSSEC or the operator vouches for this host being the right one. */
  readonly hostIsSure: boolean
  readonly sts: StsPolicy | null
  readonly need: TlsNeed
}

/** `away`: DNS can't say, or lies, so that this host is not spoken to. */
export const protectionOf = async (dns: Dns, asked: Asked): Promise<Protection | 'away'> => {
  const { host, port, addresses, hostIsSure, sts, need } = asked
  if (need === 'waived') return { is: 'opportunistic' }
  const dane = hostIsSure ? await daneOf(dns, host, port, addresses) : ({ is: 'none' } as const)
  if (dane.is === 'away') return 'away'
  if (dane.is === 'unusable') return { is: 'encrypted', base: dane.base }
  if (dane.is === 'dane') return { is: 'dane', base: dane.base, records: dane.records, host }
  if (sts !== null && sts.mode !== 'none') return { is: 'sts', policy: sts, covered: stsCovers(sts, host) }
  return { is: 'opportunistic' }
}

/** Whether the message stays here where TLS does not prove what it should. */
export const isStrict = (protection: Protection): boolean =>
  protection.is === 'dane' || protection.is === 'encrypted' || (protection.is === 'sts' && protection.policy.mode === 'enforce')

/** A host that a policy forbids whatever its certificate. */
export const forbids = (protection: Protection): TlsProblem | undefined =>
  protection.is === 'sts' && !protection.covered ? { type: 'validation-failure', reason: 'MX host is not in the MTA-STS policy' } : undefined

/** DANE's own SNI (RFC 7672 section 8.1), else the host. */
export const tlsNameFor = (protection: Protection, host: string): string =>
  protection.is === 'dane' || protection.is === 'encrypted' ? protection.base : host

const hostMismatch: TlsProblem = { type: 'certificate-host-mismatch', reason: 'certificate has another name' }

/** No common names; an address is only its iPAddress (RFC 9525 sections 6.3 to 6.5). A route may name its host by one. */
const names = (certificate: X509Certificate, host: string): boolean =>
  (isIP(host) === 0 ? certificate.checkHost(host, { subject: 'never', partialWildcards: false }) : certificate.checkIP(host)) !== undefined

/** WebPKI: a chain to a root and the host among the names (RFC 8461 section 4.2). */
export const webPkiProblem = ({ chain, untrusted }: Handshake, host: string): TlsProblem | undefined => {
  const [own] = chain
  if (own === undefined) return { type: 'validation-failure', reason: 'no certificate was shown' }
  if (untrusted === 'CERT_HAS_EXPIRED') return { type: 'certificate-expired', reason: untrusted }
  if (untrusted !== null) return { type: 'certificate-not-trusted', reason: untrusted }
  return names(own, host) ? undefined : hostMismatch
}

export interface Judged {
  /** What is wrong in the eyes of the policy; undefined where all is as it should be. */
  readonly problem: TlsProblem | undefined
  /** The one domain that the certificate was shown for; null where it names the host itself. */
  readonly onlyFor: string | null
}

/**
 * RFC 7672 section 3.2.2 lets a certificate name the next hop instead of the host. Such a one proves nothing to another
 * domain with the same host: whoever owns a domain can have a certificate for it.
 */
const judgedByDane = ({ chain }: Handshake, protection: Extract<Protection, { is: 'dane' }>, domain: string, nowMs: number): Judged => {
  const { records, base, host } = protection
  const problem = verifyDane(chain, records, { names: [base, host], nowMs })
  if (problem?.type !== 'certificate-host-mismatch') return { problem, onlyFor: null }
  return { problem: verifyDane(chain, records, { names: [domain], nowMs }), onlyFor: domain }
}

export const judge = (
  { protection, host, domain }: { readonly protection: Protection; readonly host: string; readonly domain: string },
  handshake: Handshake,
  nowMs: number,
): Judged => {
  if (protection.is === 'dane') return judgedByDane(handshake, protection, domain, nowMs)
  const problem = protection.is === 'sts' ? (forbids(protection) ?? webPkiProblem(handshake, host)) : undefined
  return { problem, onlyFor: null }
}

/** The policy as reports on it name it (RFC 8460 section 4.4). */
export const reportedPolicy = (protection: Protection, domain: string): TlsPolicy => {
  if (protection.is === 'dane') return { type: 'tlsa', domain, strings: protection.records.map(tlsaText), mxHosts: [protection.base] }
  if (protection.is === 'encrypted') return { type: 'tlsa', domain, strings: [], mxHosts: [protection.base] }
  if (protection.is === 'sts') return { type: 'sts', domain, strings: stsPolicyLines(protection.policy), mxHosts: protection.policy.mx }
  return { type: 'no-policy-found', domain, strings: [], mxHosts: [] }
}
