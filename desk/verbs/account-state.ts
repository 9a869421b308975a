/**
 * An account's state. Dormant and suspended people can't sign in; mail still arrives for them. Cancelled is for ever: the
 * key is destroyed, then everything it sealed goes, the directory's row last, so that the command can be given again
 * until all is gone. The address stays taken.
 */
import { oneOf } from '@bulkhead/door/ask.ts'
import { accountStates, type AccountState } from '@bulkhead/door/contracts/desk.ts'
import { answered, refused } from '@bulkhead/door/verbs.ts'
import { lookUp, removeTraces, type DirectoryLine } from '../accounts.ts'
import { cutOff } from '../cut-off.ts'
import type { Desk, DeskVerb } from '../desk.ts'

const mayBecome: Readonly<Record<AccountState, readonly AccountState[]>> = {
  active: ['active', 'dormant', 'suspended', 'cancelled'],
  dormant: ['active', 'dormant', 'suspended', 'cancelled'],
  suspended: ['active', 'dormant', 'suspended', 'cancelled'],
  cancelled: ['cancelled'],
}

const cancel = async (desk: Desk, { account }: DirectoryLine): Promise<'done' | 'overBudget'> => {
  const { vault, directory, life } = desk
  // No mail is accepted any more that nobody could ever read.
  await life.setOpen(account, false)
  const destroyed = await vault.ask('destroy', { account })
  if (destroyed.is === 'refused') {
    await life.setOpen(account, true)
    return destroyed.refusal
  }
  await directory.setState(account, 'cancelled')
  await cutOff(desk, account)
  await removeTraces(desk, account)
  await directory.bury(account)
  return 'done'
}

export const accountState: DeskVerb<'accountState'> = async (desk, ask) => {
  const state = oneOf(ask, 'state', accountStates)
  const looked = await lookUp(desk, ask)
  if (looked.is === 'refused') return looked
  const { line } = looked
  const about = { about: line.account, why: state }
  if (!mayBecome[line.state].includes(state)) return { ...refused('badTransition'), ...about }
  if (state !== 'cancelled') {
    await desk.directory.setState(line.account, state)
    if (state !== 'active') await cutOff(desk, line.account)
    return { ...answered({}), ...about }
  }
  const became = await cancel(desk, line)
  return { ...(became === 'done' ? answered({}) : refused(became)), ...about }
}
