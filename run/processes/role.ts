/**
 * What every process of the platform is to the program that hosts it (`run/process.ts`): a function from what it was
 * started with to something running. The root of each process lives beside this file and is the only place where its
 * parts meet.
 */
import type { Clock } from '@bulkhead/base/clock.ts'
import type { Log } from '@bulkhead/base/log.ts'
import type { Meter } from '@bulkhead/base/meter.ts'
import type { ProcessName, StartOf, ToProcess } from '@bulkhead/door/contracts/start.ts'
import type { Base64 } from '@bulkhead/door/contracts/vault.ts'
import type { WatchEvent } from '@bulkhead/door/contracts/watch.ts'
import type { Sealing } from '@bulkhead/seal/sealing.ts'

export interface RoleContext {
  readonly log: Log
  readonly meter: Meter
  readonly clock: Clock
  readonly sealing: Sealing
  /** To `watch`, batched; never waits. */
  tell(event: Omit<WatchEvent, 'at'>): void
}

export type Change = Exclude<ToProcess, { say: 'start' } | { say: 'health' } | { say: 'stop' }>

export interface RunningRole {
  /** A mailroom's HPKE public key of this run; the vault's of the message trace. */
  readonly publicKey?: Base64
  /** New TLS material, routes or mailrooms, while running. */
  apply(change: Change): void
  /** Stops taking work, finishes what is under way within a few seconds, closes everything. */
  [Symbol.asyncDispose](): Promise<void>
}

export type Role<P extends ProcessName> = (start: StartOf<P>, context: RoleContext) => Promise<RunningRole>
