/**
 * Tells of changes to an account, several close together as one: the first at once, those after it when `restMs` have passed. Holds a
 * set of at most all types, however many changes there are.
 */
import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import type { DataType } from '@bulkhead/wire/jmap/capabilities.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { changedTypes, stateChange } from './changed-types.ts'

const restMs = 250

/** `wanted`: null is all types. */
export const watchChanges = (account: MailAccount, accountId: string, wanted: ReadonlySet<string> | null, tell: (change: JsonObject) => void): Disposable => {
  let told = account.state()
  const waiting = new Set<DataType>()
  let timer: NodeJS.Timeout | undefined

  const flush = (): void => {
    timer = undefined
    if (waiting.size === 0) return
    const change = stateChange(accountId, waiting, told)
    waiting.clear()
    timer = setTimeout(flush, restMs).unref()
    tell(change)
  }
  const stop = account.watch((state) => {
    for (const type of changedTypes(told, state)) if (wanted === null || wanted.has(type)) waiting.add(type)
    told = state
    if (waiting.size > 0 && timer === undefined) flush()
  })
  return {
    [Symbol.dispose]() {
      stop()
      clearTimeout(timer)
    },
  }
}
