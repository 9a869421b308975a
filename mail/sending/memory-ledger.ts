/** The ledger of sent mail in memory, for tests and for accounts without a directory. */
import type { Clock } from '@bulkhead/base/clock.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { SendingLedger } from '../ports/sending.ts'
import { marksPerThing } from './marks.ts'
import { ordinaryPlan, type SendingPlan } from './plan.ts'
import { historySlots, overLimitOf, slotMs, usualRecipients, type Slot } from './slots.ts'

interface Kept {
  held: boolean
  readonly known: Set<number>
  /** Newest first. */
  slots: readonly Slot[]
}

export const memoryLedger = (clock: Clock, plan: SendingPlan = ordinaryPlan): SendingLedger & { release(account: AccountHandle): void } => {
  const accounts = new Map<AccountHandle, Kept>()
  const keptOf = (account: AccountHandle): Kept => {
    const kept = accounts.get(account) ?? { held: false, known: new Set(), slots: [] }
    accounts.set(account, kept)
    return kept
  }
  const isNew = (known: Set<number>, marks: readonly number[]): boolean => {
    const before = known.size
    for (const mark of marks) known.add(mark)
    return known.size > before
  }
  const overOf = ({ slots }: Kept, recipients: number) => overLimitOf(plan, slots, { messages: 1, recipients }, clock.now())
  return {
    async standing(account) {
      const kept = keptOf(account)
      return { brand: 'one', plan, held: kept.held, over: overOf(kept, 1) }
    },
    async count(account, { recipients, marks }) {
      const kept = keptOf(account)
      const over = overOf(kept, recipients)
      if (over !== null) return { is: 'over', ...over }
      const newPeer = isNew(kept.known, marks.slice(0, marksPerThing))
      let strangers = 0
      for (let at = marksPerThing; at < marks.length; at += marksPerThing) if (isNew(kept.known, marks.slice(at, at + marksPerThing))) strangers += 1
      const slot = Math.floor(clock.now() / slotMs)
      const [first] = kept.slots
      const before = first?.slot === slot ? first : { slot, messages: 0, recipients: 0, strangers: 0 }
      const now = { messages: before.messages + 1, recipients: before.recipients + recipients, strangers: before.strangers + strangers }
      const usual = usualRecipients(kept.slots, clock.now())
      kept.slots = [{ slot, ...now }, ...kept.slots.filter((one) => one.slot < slot && one.slot > slot - historySlots)]
      return { is: 'counted', pace: { ...now, usualRecipients: usual, newPeer, held: kept.held } }
    },
    async hold(account) {
      const kept = keptOf(account)
      const wasHeld = kept.held
      kept.held = true
      return !wasHeld
    },
    release(account) {
      keptOf(account).held = false
    },
  }
}
