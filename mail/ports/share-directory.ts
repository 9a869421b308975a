/**
 * Shared mailboxes as the databases know them: which account has the sealed key of which, and nothing of what it may do.
 * A share is known by the handle of its journal. Only accounts of one brand share, so no other ISP's account is a member.
 */
import type { AccountHandle } from '@bulkhead/base/ids.ts'

/** Shares an account is a member of. */
export const sharesPerAccountMax = 64
/** Shares an account may have made. */
export const sharesMadeMax = 16

export interface HeldShare {
  readonly share: AccountHandle
  /** The share's private key, sealed to the account's public key. */
  readonly sealedKey: Uint8Array
}

export interface Candidate {
  readonly account: AccountHandle
  readonly publicKey: Uint8Array
}

export interface ShareDirectory {
  sharesOf(account: AccountHandle): Promise<readonly HeldShare[]>
  /** An active account of the same brand, by an address of its. */
  candidate(of: AccountHandle, index: Uint8Array): Promise<Candidate | undefined>
  /** Makes a share and its maker's membership. */
  make(maker: AccountHandle, held: HeldShare): Promise<'made' | 'tooMany'>
  /** Adds a member, or replaces its sealed key. */
  addMember(account: AccountHandle, held: HeldShare): Promise<'added' | 'tooMany'>
  removeMember(share: AccountHandle, account: AccountHandle): Promise<void>
  /** With all memberships. */
  remove(share: AccountHandle): Promise<void>
}

/** What a share may keep; null: as much as it likes. */
export interface Quota {
  readonly bytes: number | null
  readonly messages: number | null
}

/** The journals of shares. Other journals it neither makes nor removes. */
export interface ShareJournals {
  open(share: AccountHandle, quota: Quota): Promise<void>
  remove(share: AccountHandle): Promise<void>
}
