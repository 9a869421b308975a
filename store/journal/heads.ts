/**
 * Heads of journals. Sessions ask for one at most commands, so they are asked for together: what comes while the questions
 * are under way goes with the next, and no answer is older than its asker.
 */
import type { AccountHandle, ModSeq } from '@bulkhead/base/ids.ts'
import { modSeqColumn, only, orNull } from '../sql/columns.ts'
import type { Database } from '../sql/database.ts'
import { sql } from '../sql/sql.ts'

/** Accounts in one question, and questions at once. */
const accountsMax = 64
const questionsMax = 2

const head = only(orNull(modSeqColumn))

type Waiting = Map<AccountHandle, PromiseWithResolvers<ModSeq>>

export const headsOf = (database: Database): ((account: AccountHandle) => Promise<ModSeq>) => {
  let waiting: Waiting = new Map()
  let underWay = 0
  let isScheduled = false

  const ask = async (asking: Waiting): Promise<void> => {
    const askers = [...asking.values()]
    try {
      const answers = await database.burst([...asking.keys()].map((account) => sql`select ask.head(${account})`))
      askers.forEach(({ resolve }, at) => {
        const [row] = answers[at] ?? []
        resolve((row === undefined ? null : head(row)) ?? (0 as ModSeq))
      })
    } catch (fault) {
      for (const { reject } of askers) reject(fault)
    }
    underWay -= 1
    pump()
  }
  const pump = (): void => {
    isScheduled = false
    while (waiting.size > 0 && underWay < questionsMax) {
      const all = [...waiting]
      waiting = new Map(all.slice(accountsMax))
      underWay += 1
      void ask(new Map(all.slice(0, accountsMax)))
    }
  }

  return (account) => {
    const known = waiting.get(account) ?? Promise.withResolvers<ModSeq>()
    waiting.set(account, known)
    if (!isScheduled && underWay < questionsMax) {
      isScheduled = true
      setImmediate(pump)
    }
    return known.promise
  }
}
