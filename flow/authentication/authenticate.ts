/**
 * Who a message that arrives really comes from: SPF, DKIM, DMARC and ARC (`wire/mailauth/`), with DNS asked by the way.
 * SPF is asked while the content still comes in.
 */
import type { ArcOutcome, DkimOutcome, DmarcOutcome, SpfOutcome } from '@bulkhead/wire/mailauth/results.ts'

export interface AuthenticationInput {
  /** IP address of the client; null where there is none: SPF is `none` then. */
  readonly peer: string | null
  readonly helo: string
  /** Empty for reports of failure: HELO is checked instead (RFC 7208 section 2.4). */
  readonly reversePath: string
  /** Our host's name: the `authserv-id` (RFC 8601 section 2.5). */
  readonly by: string
}

export interface Authentication {
  readonly spf: SpfOutcome
  /** Empty where the message is not signed. */
  readonly dkim: readonly DkimOutcome[]
  readonly dmarc: DmarcOutcome
  readonly arc: ArcOutcome
  /** Value of an Authentication-Results field (RFC 8601), folded, without name and without the last CRLF. */
  readonly field: string
}

/** Never rejects: where DNS is away or takes too long the answer is `temperror`. */
export interface Authenticating {
  /** `message`: whole, as it came, before any field of ours; lines end with CRLF. */
  end(message: Buffer): Promise<Authentication>
}

export interface Authenticator {
  /** The questions of SPF begin at once. */
  begin(input: AuthenticationInput): Authenticating
}
