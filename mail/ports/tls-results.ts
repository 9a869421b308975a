/**
 * What became of TLS towards a domain, session by session, as SMTP TLS Reporting wants it (RFC 8460). The courier notes,
 * reports are made from it. Nothing here names a person.
 */

/** RFC 8460 section 4.3. */
export const tlsFailureTypes = [
  'starttls-not-supported', 'certificate-host-mismatch', 'certificate-expired', 'certificate-not-trusted', 'validation-failure',
  'tlsa-invalid', 'dnssec-invalid', 'dane-required', 'sts-policy-fetch-error', 'sts-policy-invalid', 'sts-webpki-invalid',
] as const
export type TlsFailureType = (typeof tlsFailureTypes)[number]

/** RFC 8460 section 4.4, `policy`. */
export interface TlsPolicy {
  readonly type: 'tlsa' | 'sts' | 'no-policy-found'
  /** What the recipient's address says after its `@`, lower case. */
  readonly domain: string
  /** TLSA records as `3 1 1 <hex>`, or the lines of the MTA-STS policy; empty without a policy. */
  readonly strings: readonly string[]
  /** The `mx` patterns of an MTA-STS policy, the host of TLSA records. */
  readonly mxHosts: readonly string[]
}

/** RFC 8460 section 4.4, `failure-details`; null where it was not known. */
export interface TlsFailure {
  readonly type: TlsFailureType
  readonly sendingIp: string | null
  readonly receivingMxHost: string | null
  readonly receivingIp: string | null
  /** Printable ASCII, short. */
  readonly reason: string | null
}

/** One session, or one attempt that did not become one. `failure` null: TLS as the policy wants it. */
export interface TlsResult {
  readonly atMs: number
  readonly policy: TlsPolicy
  readonly failure: TlsFailure | null
}

export interface TlsResults {
  /** Never waits and never throws; where results come faster than they can be kept they are counted and dropped. */
  note(result: TlsResult): void
}

export const noTlsResults: TlsResults = { note: () => undefined }
