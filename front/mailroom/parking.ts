/**
 * Which sessions are parked in which gate. Of each the mailroom keeps its number, its account and until when it may come
 * back: no key, no fold, no socket. A hint that the account changed calls them back; each comes back once.
 */
import type { Clock } from '@bulkhead/base/clock.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { Meter } from '@bulkhead/base/meter.ts'
import type { GateLines } from './gate-lines.ts'

/** Longer than a gate keeps a silent client. */
export const parkedMsMax = 3_600_000
const ticketsPerWordMax = 5_000

interface Entry {
  readonly account: AccountHandle
  readonly gate: string
  readonly untilMs: number
  /** A change of its account calls it back. */
  readonly listens: boolean
  /** The gate has it. Before, a change is remembered; afterwards it is told. */
  arrived: boolean
  woken: boolean
  /** Its session was ended meanwhile: it is called back to be told so. */
  isOver: boolean
}

export interface Parking {
  /** A session begins to park: from now on no change is missed. Its number. */
  begin(account: AccountHandle, gate: string, listens: boolean): number
  /** The gate has the client: its place is the ticket's from now on. False where it went away, or came back, meanwhile. */
  arrived(ticket: number): boolean
  /** It never got there. */
  failed(ticket: number): void
  /** Whether it was parked there and comes back now; only ever once. */
  comesBack(ticket: number, gate: string): boolean
  wake(account: AccountHandle): void
  /** Sessions of the account are over where they wait, and called, to be told. */
  end(account: AccountHandle): void
  gone(gate: string, tickets: readonly number[]): void
  lost(gate: string): void
  /** Forgets whoever did not come back in time. */
  sweep(): void
  readonly size: number
}

interface ParkingPorts {
  readonly lines: () => GateLines
  readonly clock: Clock
  readonly meter: Meter
  /** A ticket gives its place back. */
  left(account: AccountHandle): void
}

export const parking = ({ lines, clock, meter, left }: ParkingPorts): Parking => {
  const entries = new Map<number, Entry>()
  const byAccount = new Map<AccountHandle, Set<number>>()
  let last = 0

  const forget = (ticket: number): Entry | undefined => {
    const entry = entries.get(ticket)
    if (entry === undefined) return undefined
    entries.delete(ticket)
    const its = byAccount.get(entry.account)
    its?.delete(ticket)
    if (its?.size === 0) byAccount.delete(entry.account)
    meter.gauge('mailroom_parked', entries.size)
    return entry
  }
  const end = (ticket: number): void => {
    const entry = forget(ticket)
    if (entry?.arrived === true) left(entry.account)
  }
  const call = (gate: string, tickets: readonly number[]): void => {
    const line = lines().of(gate)
    for (let at = 0; at < tickets.length; at += ticketsPerWordMax) line?.say({ say: 'wake', tickets: tickets.slice(at, at + ticketsPerWordMax) })
  }

  return {
    begin(account, gate, listens) {
      last += 1
      entries.set(last, { account, gate, untilMs: clock.now() + parkedMsMax, listens, arrived: false, woken: false, isOver: false })
      const its = byAccount.get(account)
      if (its === undefined) byAccount.set(account, new Set([last]))
      else its.add(last)
      meter.gauge('mailroom_parked', entries.size)
      return last
    },
    arrived(ticket) {
      const entry = entries.get(ticket)
      if (entry === undefined) return false
      entry.arrived = true
      if (entry.isOver) end(ticket)
      if (entry.woken) call(entry.gate, [ticket])
      return true
    },
    failed: (ticket) => void forget(ticket),
    comesBack(ticket, gate) {
      const entry = entries.get(ticket)
      if (entry?.gate !== gate) return false
      end(ticket)
      return !entry.isOver
    },
    wake(account) {
      const its = byAccount.get(account)
      if (its === undefined) return
      const byGate = new Map<string, number[]>()
      for (const ticket of its) {
        const entry = entries.get(ticket)
        if (entry === undefined || !entry.listens || entry.woken) continue
        entry.woken = true
        if (!entry.arrived) continue
        const there = byGate.get(entry.gate)
        if (there === undefined) byGate.set(entry.gate, [ticket])
        else there.push(ticket)
      }
      for (const [gate, tickets] of byGate) call(gate, tickets)
    },
    end(account) {
      for (const ticket of byAccount.get(account) ?? []) {
        const entry = entries.get(ticket)
        if (entry === undefined) continue
        entry.isOver = true
        entry.woken = true
        if (!entry.arrived) continue
        end(ticket)
        call(entry.gate, [ticket])
      }
    },
    gone(gate, tickets) {
      for (const ticket of tickets) if (entries.get(ticket)?.gate === gate) end(ticket)
    },
    lost(gate) {
      for (const [ticket, entry] of entries) if (entry.gate === gate) end(ticket)
    },
    sweep() {
      const now = clock.now()
      // In the order they came, which is that of their ends.
      for (const [ticket, { untilMs }] of entries) {
        if (untilMs > now) return
        end(ticket)
      }
    },
    get size() {
      return entries.size
    },
  }
}
