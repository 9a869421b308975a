/** The same in memory, for tests. */
import type { Clock } from '@bulkhead/base/clock.ts'
import { view } from '@bulkhead/base/bytes.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { RulesReader, RulesWriter } from '../ports/rules.ts'

const hourMs = 3_600_000

export const memoryRules = (clock: Clock): RulesReader & RulesWriter => {
  const rules = new Map<AccountHandle, { readonly version: number; readonly sealed: Buffer }>()
  const marks = new Map<string, number>()
  const sentOn = new Map<AccountHandle, { readonly hour: number; readonly messages: number }>()
  let version = 0
  const markKey = (account: AccountHandle, mark: Uint8Array): string => `${account} ${view(mark).toString('hex')}`
  return {
    versionsOf: async (accounts) => new Map(accounts.flatMap((account) => {
      const version = rules.get(account)?.version
      return version === undefined ? [] : [[account, version] as const]
    })),
    async setRules(account, sealed) {
      version += 1
      if (sealed === null) rules.delete(account)
      else rules.set(account, { version, sealed: Buffer.from(sealed) })
    },
    rulesOf: async (account) => rules.get(account)?.sealed,
    isMarked: async (account, mark) => (marks.get(markKey(account, mark)) ?? 0) > clock.now(),
    async mark(account, mark, seconds, again) {
      const key = markKey(account, mark)
      const present = (marks.get(key) ?? 0) > clock.now()
      if (!present || again) marks.set(key, clock.now() + seconds * 1_000)
      return !present
    },
    async countSentOn(account, messages, perHourMax) {
      const hour = Math.floor(clock.now() / hourMs)
      const present = sentOn.get(account)
      const sum = (present?.hour === hour ? present.messages : 0) + messages
      if (sum > perHourMax) return false
      sentOn.set(account, { hour, messages: sum })
      return true
    },
  }
}
