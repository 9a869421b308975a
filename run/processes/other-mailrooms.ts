/** What the mailrooms of a cell tell each other: whose journals grew, and who is about to open a maildrop. */
import { Fault } from '@bulkhead/base/fault.ts'
import { accountHandle, type AccountHandle } from '@bulkhead/base/ids.ts'
import { accountOf, BadAsk } from '@bulkhead/door/ask.ts'
import type { MailroomVerbs } from '@bulkhead/door/contracts/mailroom.ts'
import type { StartCommon } from '@bulkhead/door/contracts/start.ts'
import { answered, refused, type Handlers } from '@bulkhead/door/verbs.ts'
import { waker } from '@bulkhead/door/waker.ts'
import type { JournalWriter } from '@bulkhead/mail/ports/journal-store.ts'
import { knockAtAll } from './ways.ts'

/** Accounts in one wake-up. */
const wokenMax = 10_000

interface Heard {
  wake(accounts: readonly AccountHandle[]): void
  /** Whether no POP3 session here has the account's maildrop any more. */
  leave(account: AccountHandle): Promise<boolean>
  recheck(account: AccountHandle): Promise<void>
}

export const mailroomHandlers = ({ wake, leave, recheck }: Heard): Handlers<MailroomVerbs, 'intake' | 'mailroom'> => ({
  wake(ask) {
    const named = ask['accounts']
    if (!Array.isArray(named) || named.length > wokenMax) throw new BadAsk('accounts')
    wake(named.flatMap((name) => (typeof name === 'string' ? (accountHandle(name) ?? []) : [])))
    return answered({})
  },
  async recheckSessions(ask, caller) {
    if (caller !== 'mailroom') throw new BadAsk('caller')
    await recheck(accountOf(ask))
    return answered({})
  },
  async leaveMaildrop(ask, caller) {
    if (caller !== 'mailroom') throw new BadAsk('caller')
    return (await leave(accountOf(ask))) ? answered({}) : refused('inUse')
  },
})

/** A mailroom that is gone has no sessions. */
const isAway = (reason: unknown): boolean => reason instanceof Fault && reason.code === 'doorAway'

export const otherMailrooms = (knocks: StartCommon['knocks']) => {
  const others = knockAtAll<MailroomVerbs>(knocks, 'mailroom')
  const wakes = waker(others)
  return {
    grew: wakes.grew,
    /** The same store; the others hear of what is appended to it. */
    telling: <J extends JournalWriter>(store: J): J => ({
      ...store,
      async append(append) {
        const answer = await store.append(append)
        if (answer.is === 'appended') wakes.grew([append.account])
        return answer
      },
    }),
    async freeElsewhere(account: AccountHandle): Promise<boolean> {
      const answers = await Promise.allSettled(others.map((other) => other.ask('leaveMaildrop', { account })))
      return answers.every((answer) => (answer.status === 'fulfilled' ? answer.value.is === 'answered' : isAway(answer.reason)))
    },
    /** Who can't be told looks by itself soon. */
    recheck(account: AccountHandle): void {
      for (const other of others) other.ask('recheckSessions', { account }).catch(() => undefined)
    },
    [Symbol.dispose](): void {
      wakes[Symbol.dispose]()
      for (const other of others) other[Symbol.dispose]()
    },
  }
}
