/**
 * Budgets: how often in a second a caller may ask, and how often in an hour an account's password may be guessed.
 * A repeated wrong verifier is one guess, however often a forgotten phone presents it.
 */
import { createHmac, randomBytes } from 'node:crypto'
import type { Clock } from '@bulkhead/base/clock.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { HeldKeys, KeyTable } from './key-table.ts'
import type { Rate } from './rights.ts'

export const hourMs = 3_600_000
export const hourOf = (nowMs: number): number => Math.floor(nowMs / hourMs)

/** A token bucket: true while there is something left to spend. */
export const spender = ({ perSecond, burst }: Rate, clock: Clock): (() => boolean) => {
  let left = burst
  let filledAtMs = clock.now()
  return () => {
    const nowMs = clock.now()
    left = Math.min(burst, left + Math.max(0, nowMs - filledAtMs) * (perSecond / 1_000))
    filledAtMs = nowMs
    if (left < 1) return false
    left -= 1
    return true
  }
}

/** Accounts and guesses remembered at once; the oldest go first. Counts of real accounts are in the key table as well. */
const rememberedMax = 65_536

const remember = <V>(map: Map<string, V>, key: string, value: V): void => {
  map.delete(key)
  map.set(key, value)
  if (map.size <= rememberedMax) return
  const oldest = map.keys().next()
  if (oldest.done !== true) map.delete(oldest.value)
}

export interface Attempts {
  /** Unknown accounts have a budget as well: running out must not tell who exists. */
  spent(account: AccountHandle, held: HeldKeys | undefined): boolean
  wrong(account: AccountHandle, verifier: Uint8Array): void
}

export const attempts = (table: KeyTable, clock: Clock, perHour: number): Attempts => {
  const ofThisRun = randomBytes(32)
  const counts = new Map<string, { readonly hour: number; readonly count: number }>()
  const guesses = new Map<string, number>()

  const inHour = (account: AccountHandle, hour: number): number => {
    const entry = counts.get(account)
    return entry?.hour === hour ? entry.count : 0
  }
  return {
    spent(account, held) {
      const hour = hourOf(clock.now())
      const kept = held?.wrongHour === hour ? held.wrongInHour : 0
      return Math.max(kept, inHour(account, hour)) >= perHour
    },
    wrong(account, verifier) {
      const hour = hourOf(clock.now())
      const guess = createHmac('sha256', ofThisRun).update(account).update(verifier).digest('base64')
      if (guesses.get(guess) === hour) return
      remember(guesses, guess, hour)
      remember(counts, account, { hour, count: inHour(account, hour) + 1 })
      table.countWrong(account, hour)
    },
  }
}
