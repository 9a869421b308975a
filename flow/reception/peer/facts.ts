/** What is known of whoever connected, beside what they send: for refusals, for trace fields, for those who judge mail. */
import type { DnsList } from '@bulkhead/door/contracts/start.ts'
import type { HelloFlaw } from '@bulkhead/wire/smtp/hello-flaw.ts'

/**
 * The name of an address in DNS (PTR). `confirmed`: it leads back to the address; `unconfirmed`: none of its names does;
 * `none`: it has no name; `away`: nobody could say in time; `notAsked`: an address no public DNS has names for.
 */
export type ReverseName =
  | { readonly is: 'confirmed' | 'unconfirmed'; readonly name: string }
  | { readonly is: 'none' | 'away' | 'notAsked' }

/** A list that has the address, and what it answered. */
export interface Listing {
  readonly zone: string
  readonly kind: DnsList['kind']
  readonly weight: number
  readonly answers: readonly string[]
}

export interface PeerFacts {
  readonly reverseName: ReverseName
  readonly listings: readonly Listing[]
  /** Weights of block lists that have it; 0 for who is known good. */
  readonly score: number
  /** An allow list has it. */
  readonly knownGood: boolean
  readonly hello: HelloFlaw | undefined
}

export const nothingKnown: PeerFacts = { reverseName: { is: 'notAsked' }, listings: [], score: 0, knownGood: false, hello: undefined }
