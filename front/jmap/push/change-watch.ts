/**
 * Tells of changes to the accounts of a session, several close together as one: the first at once, those after it when `restMs` have passed. Holds a
 * set of at most all types for each account, however many changes there are.
 */
import type { AccountState, MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import type { DataType } from '@bulkhead/wire/jmap/capabilities.ts'
import { accountId } from '@bulkhead/wire/jmap/ids.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { changedTypes, stateChange, type Changed } from './changed-types.ts'

const restMs = 250

/** Of an account that came or went: who asks for what is named here sees it in the session's state, or that there is no such account. */
const membership: readonly DataType[] = ['Mailbox']

/** The person's own account, and those shared with the person, as they are now. */
const statesOf = (account: MailAccount): ReadonlyMap<string, AccountState> =>
  new Map([account, ...account.shared().map(({ mail }) => mail)].map((one) => [accountId(one.account), one.state()]))

/** `wanted`: null is all types. */
export const watchChanges = (account: MailAccount, wanted: ReadonlySet<string> | null, tell: (change: JsonObject) => void): Disposable => {
  let told = statesOf(account)
  /** With the last state there was: an account that went has no other. */
  const waiting = new Map<string, { readonly types: Set<DataType>; readonly state: AccountState }>()
  let timer: NodeJS.Timeout | undefined

  const flush = (): void => {
    timer = undefined
    if (waiting.size === 0) return
    const changed = [...waiting].map(([id, { types, state }]): Changed => ({ id, types, state }))
    waiting.clear()
    timer = setTimeout(flush, restMs).unref()
    tell(stateChange(changed))
  }
  const note = (id: string, types: readonly DataType[], state: AccountState): void => {
    const held = waiting.get(id)?.types ?? new Set<DataType>()
    for (const type of types) if (wanted === null || wanted.has(type)) held.add(type)
    if (held.size > 0) waiting.set(id, { types: held, state })
  }
  const stop = account.watch(() => {
    const now = statesOf(account)
    for (const [id, state] of now) {
      const before = told.get(id)
      note(id, before === undefined ? membership : changedTypes(before, state), state)
    }
    for (const [id, state] of told) if (!now.has(id)) note(id, membership, state)
    told = now
    if (waiting.size > 0 && timer === undefined) flush()
  })
  return {
    [Symbol.dispose]() {
      stop()
      clearTimeout(timer)
    },
  }
}

/** All that is wanted of every account: for who missed something, it is not known what. */
export const everythingChanged = (account: MailAccount, types: readonly DataType[]): JsonObject =>
  stateChange([...statesOf(account)].map(([id, state]) => ({ id, types, state })))
