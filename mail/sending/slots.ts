/** Sent mail is counted in slots of five minutes: an hour is the last twelve of them, a day the last 288, a history a week. */
import type { OverLimit } from '../ports/sending.ts'
import { rateLimits, type RateLimit, type SendingPlan } from './plan.ts'

export const slotMs = 300_000
const hourSlots = 12
const daySlots = 288
export const historySlots = 2_016

/** `slot` is Unix time in slots. */
export interface Slot {
  readonly slot: number
  readonly messages: number
  readonly recipients: number
  readonly strangers: number
}

const windowOf = (limit: RateLimit): { readonly slots: number; readonly counts: 'messages' | 'recipients' } => ({
  slots: limit.endsWith('Hour') ? hourSlots : daySlots,
  counts: limit.startsWith('messages') ? 'messages' : 'recipients',
})

/** The limit that is furthest from having room for `more`, given the slots of the last day, newest first; null where all have room. */
export const overLimitOf = (plan: SendingPlan, slots: readonly Slot[], more: Pick<Slot, 'messages' | 'recipients'>, nowMs: number): OverLimit | null => {
  const now = Math.floor(nowMs / slotMs)
  let worst: OverLimit | null = null
  for (const limit of rateLimits) {
    const max = plan[limit]
    if (max === null) continue
    const { slots: count, counts } = windowOf(limit)
    if (more[counts] > max) return { limit, againAtMs: null }
    let since = more[counts]
    // Room comes back when the newest slot that makes it too much has left the window.
    const last = slots.find((slot) => slot.slot > now - count && (since += slot[counts]) > max)
    const againAtMs = last === undefined ? 0 : (last.slot + count) * slotMs
    if (againAtMs > (worst?.againAtMs ?? 0)) worst = { limit, againAtMs }
  }
  return worst
}

/** The 99th percentile of what busy slots before this one had; 0 without any. */
export const usualRecipients = (slots: readonly Slot[], nowMs: number): number => {
  const now = Math.floor(nowMs / slotMs)
  const before = slots.filter(({ slot }) => slot < now && slot > now - historySlots).map(({ recipients }) => recipients).sort((a, b) => a - b)
  return before[Math.ceil(before.length * 0.99) - 1] ?? 0
}
