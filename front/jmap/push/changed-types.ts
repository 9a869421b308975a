/**
 * Which types changed between two states of an account (RFC 8620 section 7.1). Types that did not change keep the state they had, so
 * nobody asks for them because of the others.
 */
import type { AccountState } from '@bulkhead/mail/account/mail-account.ts'
import type { ObjectKind } from '@bulkhead/mail/journal/objects.ts'
import type { DataType } from '@bulkhead/wire/jmap/capabilities.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { stateText } from '@bulkhead/wire/jmap/state.ts'

const typeOfKind = {
  identity: 'Identity',
  addressBook: 'AddressBook',
  contact: 'ContactCard',
  setting: 'Setting',
  script: 'SieveScript',
  vacation: 'VacationResponse',
  submission: 'EmailSubmission',
  push: null,
  notice: 'OfficialNotice',
} as const satisfies Record<ObjectKind, DataType | null>

const kinds = Object.keys(typeOfKind) as readonly ObjectKind[]

type Own = AccountState['own']

const mailboxesDiffer = (before: Own, after: Own): boolean =>
  before.subscriptions !== after.subscriptions ||
  before.mailboxes.size !== after.mailboxes.size ||
  [...after.mailboxes].some(([id, { name, specialUse, highestModSeq, uidNext, rights }]) => {
    const was = before.mailboxes.get(id)
    if (was === undefined || was.name !== name || was.specialUse !== specialUse || was.rights !== rights) return true
    return was.highestModSeq !== highestModSeq || was.uidNext !== uidNext
  })

const mailCame = (before: Own, after: Own): boolean => [...after.mailboxes].some(([id, { uidNext }]) => uidNext > (before.mailboxes.get(id)?.uidNext ?? 1))

/** In the order of `typeOfKind`, mail first. */
export const changedTypes = ({ own: before }: AccountState, { own: after }: AccountState): readonly DataType[] => {
  if (before === after) return []
  const mail: readonly DataType[] = mailboxesDiffer(before, after) ? ['Mailbox', 'Thread', 'Email'] : []
  const delivery: readonly DataType[] = mail.length > 0 && mailCame(before, after) ? ['EmailDelivery'] : []
  // What mail there is says how much of the quota is used.
  const quota: readonly DataType[] = mail.length > 0 ? ['Quota'] : []
  const objects = kinds.flatMap((kind) => {
    const type = typeOfKind[kind]
    return type === null || before.objects(kind).seq === after.objects(kind).seq ? [] : [type]
  })
  return [...mail, ...delivery, ...quota, ...objects]
}

/** Of one account. */
export interface Changed {
  readonly id: string
  readonly types: Iterable<DataType>
  readonly state: AccountState
}

/** A StateChange object. */
export const stateChange = (changed: readonly Changed[]): JsonObject => ({
  '@type': 'StateChange',
  changed: Object.fromEntries(changed.map(({ id, types, state: { own } }) => [id, Object.fromEntries([...types].map((type) => [type, stateText(own.seq)]))])),
})
