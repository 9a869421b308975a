/** Push subscriptions as the directory keeps them (ADR 0033): sealed to the intakes, with what is owed to each. */
import type { AccountHandle, ModSeq } from '@bulkhead/base/ids.ts'
import type { DataType } from '@bulkhead/wire/jmap/capabilities.ts'

export interface NewPush {
  readonly account: AccountHandle
  readonly id: string
  /** The device of the session that made it, which it ends with; null: it ends with the account's sign-outs alone. */
  readonly device: string | null
  /** `mail/push/push-target.ts`. */
  readonly sealed: Uint8Array
  /** Null: all. */
  readonly types: readonly string[] | null
  readonly expiresAtMs: number
}

/** Changes of one account. */
export interface News {
  readonly account: AccountHandle
  readonly head: ModSeq
  readonly types: ReadonlySet<DataType>
}

/** Both processes: what changed is owed to the subscriptions that want to hear of it. */
export interface PushDebts {
  /** How many subscriptions are owed something. */
  owe(news: readonly News[]): Promise<number>
}

/** `mailroom`: of accounts whose person is there. */
export interface PushDirectory extends PushDebts {
  /** It is owed its verification from then on. False: there are too many, or its device is gone. */
  add(push: NewPush): Promise<boolean>
  /** False where there is none. */
  change(account: AccountHandle, id: string, to: { readonly verified: boolean } & Pick<NewPush, 'types' | 'expiresAtMs'>): Promise<boolean>
  remove(account: AccountHandle, id: string): Promise<void>
  /** Those that stand. */
  idsOf(account: AccountHandle): Promise<ReadonlySet<string>>
}

/** `PushVerification`: the code is to be told, nothing else. */
export type OwedType = DataType | 'PushVerification'

export interface DuePush {
  readonly account: AccountHandle
  readonly id: string
  readonly sealed: Buffer
  readonly types: readonly OwedType[]
  readonly head: ModSeq
  /** This one counted. */
  readonly tries: number
}

/** `againMs` null: not tried again. */
export type PushSettlement = { readonly is: 'sent' } | { readonly is: 'gone' } | { readonly is: 'later'; readonly againMs: number | null }

/** `intake`: sends what is owed. */
export interface PushQueue extends PushDebts {
  /** What is due, leased: what is not settled comes again. */
  claim(max: number): Promise<readonly DuePush[]>
  settle(push: DuePush, settlement: PushSettlement): Promise<void>
  /** Milliseconds until something is due, at most 0 where something is; null: nothing is owed. */
  nextMs(): Promise<number | null>
  /** Those that no longer stand go; how many. */
  prune(): Promise<number>
}

/** Of one account. */
export const pushesMax = 20
/** Changes close together are one push, */
export const gatherMs = 1_500
/** and pushes to one subscription are so far apart. */
export const restMs = 5_000
/** Longer than a push takes with all its waiting. */
export const leaseMs = 120_000
/** One that failed for so long goes. */
export const failingDays = 7
