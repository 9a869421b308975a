/** Push subscriptions in memory, for tests: the same as `store/directory/push-directory.ts`, without sign-outs and devices. */
import type { Clock } from '@bulkhead/base/clock.ts'
import type { AccountHandle, ModSeq } from '@bulkhead/base/ids.ts'
import {
  gatherMs, leaseMs, pushesMax, restMs, type NewPush, type OwedType, type PushDirectory, type PushQueue,
} from '../ports/pushes.ts'

interface Row extends NewPush {
  verified: boolean
  head: ModSeq
  owed: ReadonlySet<OwedType>
  told: ReadonlySet<OwedType>
  dueMs: number | null
  tries: number
  pushedAtMs: number
}

export const memoryPushes = (clock: Clock): PushDirectory & PushQueue => {
  const rows = new Map<string, Row>()
  const nameOf = ({ account, id }: Pick<NewPush, 'account' | 'id'>): string => `${account} ${id}`
  const stands = ({ expiresAtMs }: NewPush): boolean => expiresAtMs > clock.now()
  const all = (account: AccountHandle): readonly Row[] => [...rows.values()].filter((one) => one.account === account && stands(one))
  const wantedBy = ({ types: wanted }: NewPush, types: Iterable<OwedType>): readonly OwedType[] => [...types].filter((type) => wanted?.includes(type) !== false)
  return {
    async add(push) {
      if (all(push.account).length >= pushesMax) return false
      rows.set(nameOf(push), {
        ...push, verified: false, head: 0 as ModSeq, owed: new Set(['PushVerification']), told: new Set(), dueMs: clock.now(), tries: 0, pushedAtMs: 0,
      })
      return true
    },
    async change(account, id, { verified, types, expiresAtMs }) {
      const one = rows.get(nameOf({ account, id }))
      if (one === undefined) return false
      rows.set(nameOf(one), { ...one, verified: one.verified || verified, types, expiresAtMs })
      return true
    },
    remove: async (account, id) => void rows.delete(nameOf({ account, id })),
    idsOf: async (account) => new Set(all(account).map(({ id }) => id)),
    async owe(news) {
      let count = 0
      for (const { account, head, types } of news) {
        for (const one of all(account)) {
          const wanted = wantedBy(one, types)
          if (!one.verified || wanted.length === 0) continue
          one.owed = new Set([...one.owed, ...wanted])
          if (head > one.head) one.head = head
          one.dueMs ??= Math.max(clock.now() + gatherMs, one.pushedAtMs + restMs)
          count += 1
        }
      }
      return count
    },
    async claim(max) {
      const due = [...rows.values()].filter(({ dueMs }) => dueMs !== null && dueMs <= clock.now())
      for (const one of due) if (!stands(one)) rows.delete(nameOf(one))
      return due.filter(stands).slice(0, max).map((one) => {
        one.told = new Set([...one.told, ...one.owed])
        one.owed = new Set()
        one.dueMs = clock.now() + leaseMs
        one.tries += 1
        const { account, id, sealed, head, tries } = one
        return { account, id, sealed: Buffer.from(sealed), types: [...one.told], head, tries }
      })
    },
    async settle({ account, id, tries }, settlement) {
      const one = rows.get(nameOf({ account, id }))
      if (one === undefined || one.tries !== tries) return
      if (settlement.is === 'gone') rows.delete(nameOf(one))
      else if (settlement.is === 'sent') {
        Object.assign(one, { told: new Set(), tries: 0, pushedAtMs: clock.now(), dueMs: one.owed.size === 0 ? null : clock.now() + restMs })
      } else if (settlement.againMs === null) Object.assign(one, { owed: new Set(), told: new Set(), tries: 0, dueMs: null })
      else Object.assign(one, { owed: new Set([...one.owed, ...one.told]), told: new Set(), dueMs: clock.now() + settlement.againMs })
    },
    async nextMs() {
      const due = [...rows.values()].flatMap(({ dueMs }) => dueMs ?? [])
      return due.length === 0 ? null : Math.min(...due) - clock.now()
    },
    async prune() {
      const over = [...rows.values()].filter((one) => !stands(one))
      for (const one of over) rows.delete(nameOf(one))
      return over.length
    },
  }
}
