/**
 * News of accounts on their way to what is owed to their push subscriptions: ten times a second at most, all accounts since the last time at once, never
 * awaited. A hint, like the wake-ups (`door/waker.ts`): what the directory does not take is told with the next news.
 */
import type { AccountHandle, ModSeq } from '@bulkhead/base/ids.ts'
import type { Log } from '@bulkhead/base/log.ts'
import type { DataType } from '@bulkhead/wire/jmap/capabilities.ts'
import type { News, PushDebts } from '../ports/pushes.ts'

export interface NewsGatherer extends AsyncDisposable {
  changed(account: AccountHandle, head: ModSeq, types: Iterable<DataType>): void
}

const everyMs = 100
const perAskMax = 2_000
export const heldMax = 50_000

export const gatherNews = ({ debts, log }: { readonly debts: PushDebts; readonly log: Log }): NewsGatherer => {
  const held = new Map<AccountHandle, { head: ModSeq; readonly types: Set<DataType> }>()
  let timer: NodeJS.Timeout | undefined
  let asking: Promise<void> = Promise.resolve()

  const send = async (): Promise<void> => {
    const news: News[] = [...held.entries().take(perAskMax)].map(([account, { head, types }]) => ({ account, head, types }))
    for (const { account } of news) held.delete(account)
    try {
      await debts.owe(news)
    } catch (error) {
      log.error('newsNotOwed', error)
    }
  }
  const beat = (): void => {
    timer = setTimeout(() => {
      asking = send().finally(() => {
        timer = undefined
        if (held.size > 0) beat()
      })
    }, everyMs).unref()
  }
  return {
    changed(account, head, types) {
      const known = held.get(account)
      if (known === undefined && held.size >= heldMax) return
      const one = known ?? { head, types: new Set<DataType>() }
      if (head > one.head) one.head = head
      for (const type of types) one.types.add(type)
      held.set(account, one)
      if (timer === undefined) beat()
    },
    async [Symbol.asyncDispose]() {
      clearTimeout(timer)
      timer = undefined
      await asking
      clearTimeout(timer)
      if (held.size > 0) await send()
    },
  }
}
