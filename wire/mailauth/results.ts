/**
 * What checking a message's origin gives: one type per mechanism, words as in RFC 8601 section 2.7. Domains are lower-case
 * A-labels without a final dot. Texts called `reason` are ours, ASCII, and hold nothing from outside but names.
 */
export type SpfResult = 'none' | 'neutral' | 'pass' | 'fail' | 'softfail' | 'temperror' | 'permerror'

/** RFC 7208. `identity` says which of the two was checked: with an empty reverse path it is HELO. */
export interface SpfOutcome {
  readonly result: SpfResult
  readonly identity: 'mailfrom' | 'helo'
  /** The domain that was checked; empty where there was none to check. */
  readonly domain: string
  /** The mechanism that decided, as published: `-all`, `include:_spf.example.net`; null where none did. */
  readonly mechanism: string | null
  /** The sender's words for a `fail` (section 6.2), printable ASCII, at most `explanationMax`; null where there are none. */
  readonly explanation: string | null
  readonly reason: string | null
}

export const explanationMax = 400

/** `policy`: the signature holds, but not by our rules (key too short, an `l=` that leaves a part of the body open). */
export type DkimResult = 'pass' | 'fail' | 'policy' | 'neutral' | 'temperror' | 'permerror'

/** RFC 6376, one for each DKIM-Signature field that was looked at, from the top. */
export interface DkimOutcome {
  readonly result: DkimResult
  /** `d=`, `s=` and `i=`; empty where the field can't be read. */
  readonly domain: string
  readonly selector: string
  readonly identity: string
  /** `rsa-sha256`, `ed25519-sha256`; what was written where it is another. */
  readonly algorithm: string
  /** Null until a key was found. */
  readonly keyBits: number | null
  /** The first characters of `b=` (RFC 6008): tells signatures of one domain apart. */
  readonly signatureStart: string
  /** `t=y` of the key: the domain is only trying. A failure of such a signature is `neutral`. */
  readonly testing: boolean
  readonly reason: string | null
}

export type DmarcPolicy = 'none' | 'quarantine' | 'reject'

/** What a domain publishes (RFC 9989 section 4.7), defaults filled in. `rua` and `ruf` are as written, at most `reportUrisMax`. */
export interface DmarcRecord {
  readonly p: DmarcPolicy
  readonly sp: DmarcPolicy | null
  readonly np: DmarcPolicy | null
  readonly adkim: 'r' | 's'
  readonly aspf: 'r' | 's'
  /** `t=y`: the owner asks to be treated one step milder. */
  readonly testing: boolean
  readonly psd: 'y' | 'n' | 'u'
  readonly fo: string
  readonly rua: readonly string[]
  readonly ruf: readonly string[]
}

export const reportUrisMax = 10

/** `none`: no policy is published, or the message names no author. `permerror`: it names several, or can't be read. */
export type DmarcResult = 'none' | 'pass' | 'fail' | 'temperror' | 'permerror'

export interface DmarcOutcome {
  readonly result: DmarcResult
  /** Of the From field; null where it names no single domain. */
  readonly fromDomain: string | null
  /** Where the record was found, and whose: both null without a record. */
  readonly policyDomain: string | null
  readonly record: DmarcRecord | null
  /** The Organizational Domain of `fromDomain`; null where it did not matter. */
  readonly organizationalDomain: string | null
  /** The policy published for this very From domain (`p`, `sp` or `np`); `none` without a record. */
  readonly policy: DmarcPolicy
  /** What the owner asks for this message: `none` unless `result` is `fail`, one step milder with `t=y`. */
  readonly disposition: DmarcPolicy
  readonly spfAligned: boolean
  readonly dkimAligned: boolean
  readonly reason: string | null
}

export type ArcResult = 'none' | 'pass' | 'fail' | 'temperror'

/** One who sealed, by instance from 1 up (RFC 8617). */
export interface ArcHop {
  readonly instance: number
  /** `d=` and `s=` of the ARC-Seal. */
  readonly domain: string
  readonly selector: string
  /** Value of its ARC-Authentication-Results field behind `i=`, unfolded: to be believed only of a sealer one trusts. */
  readonly results: string
}

export interface ArcOutcome {
  readonly result: ArcResult
  readonly hops: readonly ArcHop[]
  /** The lowest instance whose message signature is still known to hold (section 5.2, `oldest-pass`); 0: all hold. Null unless `pass`. */
  readonly oldestPass: number | null
  readonly reason: string | null
}
