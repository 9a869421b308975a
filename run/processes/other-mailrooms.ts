/** What the mailrooms of a cell tell each other (whose journals grew, who is about to open a maildrop), and what the desk tells them. */
import { Fault } from '@bulkhead/base/fault.ts'
import { accountHandle, type AccountHandle } from '@bulkhead/base/ids.ts'
import { accountOf, BadAsk, textOf } from '@bulkhead/door/ask.ts'
import type { MailroomVerbs } from '@bulkhead/door/contracts/mailroom.ts'
import type { StartCommon } from '@bulkhead/door/contracts/start.ts'
import { answered, refused, type Handlers } from '@bulkhead/door/verbs.ts'
import { waker } from '@bulkhead/door/waker.ts'
import type { JournalWriter } from '@bulkhead/mail/ports/journal-store.ts'
import { knockAtAll } from './ways.ts'

/** Accounts in one wake-up, or shut at once. */
const namedMax = 10_000
const credentialLengthMax = 43

interface Heard {
  wake(accounts: readonly AccountHandle[]): void
  /** Whether no POP3 session here has the account's maildrop any more. */
  leave(account: AccountHandle): Promise<boolean>
  recheck(account: AccountHandle): Promise<void>
  /** By a mailroom, or by an operator. */
  passwordChanged(account: AccountHandle, credential: string): void
  accountsShut(accounts: readonly AccountHandle[]): void
}

const accountsOf = (ask: Readonly<Record<string, unknown>>): readonly AccountHandle[] => {
  const named = ask['accounts']
  if (!Array.isArray(named) || named.length > namedMax) throw new BadAsk('accounts')
  return named.flatMap((name) => (typeof name === 'string' ? (accountHandle(name) ?? []) : []))
}

export const mailroomHandlers = ({ wake, leave, recheck, passwordChanged, accountsShut }: Heard): Handlers<MailroomVerbs, 'intake' | 'mailroom' | 'desk'> => ({
  wake(ask) {
    wake(accountsOf(ask))
    return answered({})
  },
  async recheckSessions(ask, caller) {
    if (caller !== 'mailroom') throw new BadAsk('caller')
    await recheck(accountOf(ask))
    return answered({})
  },
  async passwordChanged(ask, caller) {
    if (caller === 'intake') throw new BadAsk('caller')
    passwordChanged(accountOf(ask), textOf(ask, 'credential', credentialLengthMax))
    return answered({})
  },
  async accountsShut(ask, caller) {
    if (caller !== 'desk') throw new BadAsk('caller')
    accountsShut(accountsOf(ask))
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
    passwordChanged(account: AccountHandle, credential: string): void {
      for (const other of others) other.ask('passwordChanged', { account, credential }).catch(() => undefined)
    },
    [Symbol.dispose](): void {
      wakes[Symbol.dispose]()
      for (const other of others) other[Symbol.dispose]()
    },
  }
}
