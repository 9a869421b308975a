/**
 * The scout's door: what the outside says, asked on behalf of processes that can't reach it. Answers of strangers are
 * parsed and bounded there; nothing that comes through this door is more than a typed value.
 */
import type { Base64 } from './vault.ts'

export const dnsTypes = ['A', 'AAAA', 'CNAME', 'MX', 'NS', 'PTR', 'SOA', 'SRV', 'TLSA', 'TXT'] as const
export type DnsType = (typeof dnsTypes)[number]

/** RFC 1035, 2782, 3596, 6698. Names are lower case without the final dot; the root is the empty string. */
export interface DnsRecords {
  readonly A: string
  readonly AAAA: string
  readonly CNAME: string
  readonly NS: string
  readonly PTR: string
  readonly MX: { readonly preference: number; readonly host: string }
  readonly SOA: { readonly primary: string; readonly mailbox: string; readonly serial: number; readonly minimumSeconds: number }
  readonly SRV: { readonly priority: number; readonly weight: number; readonly port: number; readonly host: string }
  readonly TLSA: { readonly usage: number; readonly selector: number; readonly matching: number; readonly data: Base64 }
  /** The strings of a record joined, one character an octet. */
  readonly TXT: string
}

/**
 * `secure`: the validating resolver vouches for the whole chain (AD, RFC 4035 section 3.2.3). `none`: the name exists and
 * has no such record. `noSuchName`: NXDOMAIN. `away`: nobody can say now; what does not validate is away too.
 * CNAMEs are followed: `name` is the last one.
 */
export type DnsAnswer<T> =
  | { readonly is: 'found'; readonly secure: boolean; readonly ttlSeconds: number; readonly name: string; readonly records: readonly T[] }
  | { readonly is: 'none' | 'noSuchName'; readonly secure: boolean; readonly ttlSeconds: number }
  | { readonly is: 'away' }

export type ScoutVerbs = {
  readonly query: {
    /** `fresh`: not from the scout's cache; for a person who has just changed something. */
    readonly ask: { readonly name: string; readonly type: DnsType; readonly fresh?: boolean }
    readonly answer: { readonly answer: DnsAnswer<DnsRecords[DnsType]> }
    readonly refusal: 'overBudget'
  }
  /** The MTA-STS policy of a domain as HTTPS gives it now (RFC 8461 section 3.3); null with the problem where there is none. */
  readonly policy: {
    readonly ask: { readonly domain: string }
    readonly answer: { readonly policy: { readonly mode: string; readonly mx: readonly string[]; readonly maxAgeSeconds: number } | null; readonly problem: string }
    readonly refusal: 'overBudget'
  }
  /**
   * A remote image of a message, for a person who asked for it. `asker` is a pseudonym that rates are counted by. Only public
   * addresses are spoken to, also after a redirect; nothing of the asker goes along. `rest` names what a frame does not hold.
   */
  readonly fetchImage: {
    readonly ask: { readonly url: string; readonly asker: string }
    readonly answer: { readonly type: string; readonly sizeBytes: number; readonly body: Base64; readonly rest: string | null }
    readonly refusal: 'overBudget' | FetchRefusal
  }
  /** What follows of an image, for a few seconds after `fetchImage`. */
  readonly imageRest: {
    readonly ask: { readonly rest: string; readonly offset: number }
    readonly answer: { readonly body: Base64 }
    readonly refusal: 'gone'
  }
  /** RFC 8058 section 3.1: `List-Unsubscribe=One-Click` posted to this HTTPS address; redirects are not followed. */
  readonly postOneClick: {
    readonly ask: { readonly url: string; readonly asker: string }
    readonly answer: { readonly status: number }
    readonly refusal: 'overBudget' | FetchRefusal
  }
  /** A Web Push message (RFC 8030 section 5) to an HTTPS address a person's client named; redirects are not followed. `encoding` empty: plain JSON. */
  readonly push: {
    readonly ask: {
      readonly url: string
      readonly asker: string
      readonly body: Base64
      readonly encoding: 'aes128gcm' | ''
      readonly authorization: string
      readonly ttlSeconds: number
    }
    readonly answer: { readonly status: number }
    readonly refusal: 'overBudget' | FetchRefusal
  }
}

/** `badUrl`: not one that is fetched. `notPublic`: it leads into a network that is nobody's to look into from here. */
export type FetchRefusal = 'badUrl' | 'notPublic' | 'notFound' | 'unreachable' | 'tooLarge' | 'notAnImage'

export const scoutCallers = ['intake', 'courier', 'desk', 'mailroom'] as const
export type ScoutCaller = (typeof scoutCallers)[number]
