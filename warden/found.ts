/** Whom a login is about: a person, or the stand-in of the same shape. */
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { AccountState } from '@bulkhead/door/contracts/desk.ts'
import type { CredentialRow } from '@bulkhead/door/contracts/warden.ts'

export interface Subject {
  readonly account: AccountHandle
  readonly set: string
  readonly publicKey: Uint8Array
  readonly credential: CredentialRow
}

export interface Found {
  /** A person who is in one of the states asked for, or the stand-in. */
  readonly subject: Subject
  /** Of the person, whatever it is; undefined where there is none. */
  readonly state: AccountState | undefined
  readonly account: AccountHandle | undefined
  readonly index: Buffer
}
