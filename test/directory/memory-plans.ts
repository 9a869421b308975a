/** Plans and what accounts sent, in memory. */
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { PlanLimits } from '@bulkhead/door/contracts/desk.ts'
import type { PlanDirectory } from '@bulkhead/mail/ports/plan-directory.ts'
import { ordinaryPlan } from '@bulkhead/mail/sending/plan.ts'

export const memoryPlans = (publicKeyOf: (account: AccountHandle) => Uint8Array | undefined): PlanDirectory => {
  const plans = new Map<string, PlanLimits>([['ordinary', ordinaryPlan]])
  const ofBrand = new Map<string, string>()
  const ofAccount = new Map<string, string>()
  const held = new Set<AccountHandle>()
  const identities = new Map<AccountHandle, Set<string>>()
  const having = (map: ReadonlyMap<string, string>, plan: string): readonly string[] => [...map].flatMap(([who, of]) => (of === plan ? [who] : []))
  return {
    plans: async () => [...plans].map(([plan, limits]) => ({ plan, limits, brands: having(ofBrand, plan), accounts: having(ofAccount, plan).length })),
    setPlan: async (name, limits) => void plans.set(name, limits),
    async removePlan(name) {
      if (!plans.has(name)) return 'noSuchPlan'
      if (name === 'ordinary' || [...having(ofBrand, name), ...having(ofAccount, name)].length > 0) return 'notEmpty'
      plans.delete(name)
      return 'removed'
    },
    async givePlan(name, to) {
      if (name !== null && !plans.has(name)) return 'noSuchPlan'
      const [map, key] = 'brand' in to ? [ofBrand, to.brand] : [ofAccount, to.account]
      if (name === null) map.delete(key)
      else map.set(key, name)
      return 'given'
    },
    sendingOf: async (account) => ({
      plan: ofAccount.get(account) ?? 'ordinary', held: held.has(account), messagesThisHour: 0, messagesToday: 0, recipientsThisHour: 0, recipientsToday: 0,
    }),
    publicKeyOf: async (account) => publicKeyOf(account),
    async addIdentity(account, index) {
      const its = identities.get(account) ?? new Set()
      identities.set(account, its)
      const before = its.size
      return its.add(Buffer.from(index).toString('hex')).size > before ? 'added' : 'exists'
    },
    removeIdentity: async (account, index) => identities.get(account)?.delete(Buffer.from(index).toString('hex')) === true,
    async hold(account, hold) {
      if (held.has(account) === hold) return false
      if (hold) held.add(account)
      else held.delete(account)
      return true
    },
  }
}
