/** DNS for a process that knocks at the scout. */
import type { Clock } from '@bulkhead/base/clock.ts'
import { knock } from '@bulkhead/door/client.ts'
import type { ScoutVerbs } from '@bulkhead/door/contracts/scout.ts'
import type { StartCommon } from '@bulkhead/door/contracts/start.ts'
import type { Dns } from '@bulkhead/flow/resolving/dns.ts'
import { scoutDns } from '@bulkhead/flow/resolving/scout-dns.ts'

/** Where there is no scout every question is away. */
export const scoutAt = (knocks: StartCommon['knocks'], clock: Clock): Dns & Disposable => {
  const path = knocks['scout']
  if (path === undefined) return { query: () => Promise.resolve({ is: 'away' }), [Symbol.dispose]() {} }
  const door = knock<ScoutVerbs>(path)
  return { ...scoutDns(door, clock), [Symbol.dispose]: () => door[Symbol.dispose]() }
}
