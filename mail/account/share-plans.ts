/** Decisions about a share's journal: its one mailbox, and who may what there. */
import { newMailboxId } from '@bulkhead/base/ids.ts'
import { withMember, type AclChange } from '../journal/acl.ts'
import type { FoldedAccount } from '../journal/fold.ts'
import { refuse, type Refused } from '../refusal.ts'
import type { Plan } from './plans.ts'

const nothing: Plan<undefined> = { is: 'append', events: [], addsBytes: 0, addsMessages: 0, answer: undefined }

export const planFounding = (state: FoldedAccount, name: string, owner: AclChange, nowMs: number): Plan<undefined> => {
  if (state.acl.size > 0) return nothing
  const uidValidity = Math.floor(nowMs / 1_000)
  return {
    ...nothing,
    events: [
      { kind: 'aclSet', ...owner },
      { kind: 'mailboxCreated', mailbox: newMailboxId(), name, uidValidity, specialUse: null },
    ],
  }
}

export const planMember = (state: FoldedAccount, change: AclChange): Plan<undefined> | Refused<'tooManyMembers'> => {
  const after = withMember(state.acl, change)
  if (after !== state.acl) return { ...nothing, events: [{ kind: 'aclSet', ...change }] }
  return change.rights !== '' && !after.has(change.member) ? refuse('tooManyMembers') : nothing
}
