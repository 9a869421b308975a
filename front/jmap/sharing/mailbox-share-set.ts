import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import type { Refusal } from '@bulkhead/mail/refusal.ts'
import { sharedPrefix } from '@bulkhead/mail/sharing/shared-state.ts'
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { invalidProperties, setError, type SetError } from '@bulkhead/wire/jmap/errors.ts'
import { accountId as jmapAccountId } from '@bulkhead/wire/jmap/ids.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { readProperties, text } from '@bulkhead/wire/jmap/readers.ts'
import { requireState, setAnswer, setArguments, setOutcome } from '@bulkhead/wire/jmap/set.ts'
import { stateText } from '@bulkhead/wire/jmap/state.ts'
import { answer, type Method } from '../method.ts'
import { administered, memberChanges } from './mailbox-share.ts'

const nameCharsMax = 255

const errors: Partial<Readonly<Record<Refusal, SetError>>> = {
  mailboxExists: invalidProperties(['name'], 'there is one with this name'),
  badMailboxName: invalidProperties(['name'], 'this can not be its name'),
  tooManyMailboxes: setError('overQuota', 'there are as many as there may be'),
  tooManyMembers: setError('overQuota', 'there are as many members as there may be'),
  noSuchMember: invalidProperties(['members'], 'nobody by this address can be given rights'),
  noSuchMailbox: setError('notFound'),
  noPermission: setError('forbidden'),
}

const errorOf = (why: Refusal): SetError => errors[why] ?? setError('serverFail')

const isError = (value: JsonObject | SetError): value is SetError => 'type' in value

/** Is made in an account of its own, of which the answer tells. */
const createOne = async (wanted: JsonObject, account: MailAccount): Promise<JsonObject | SetError> => {
  const read = readProperties(wanted, { name: text(nameCharsMax) })
  if (read.is === 'bad') return invalidProperties(read.properties, read.description)
  const made = await account.createMailbox(`${sharedPrefix}${read.value.name}`, null)
  if (made.is === 'refused') return errorOf(made.why)
  const shared = account.shared().find(({ mail }) => mail.state().mailboxes.has(made.mailbox))
  return shared === undefined ? setError('serverFail') : { id: made.mailbox, accountId: jmapAccountId(shared.mail.account) }
}

/** One after the other; the first that is refused ends it, and those before it stay. */
const updateOne = async (id: string, patch: JsonObject, account: MailAccount): Promise<SetError | undefined> => {
  const mailbox = administered(account).find((one) => one.id === id)
  if (mailbox === undefined) return setError('notFound')
  const read = readProperties(patch, { members: memberChanges })
  if (read.is === 'bad') return invalidProperties(read.properties, read.description)
  for (const [address, rights] of read.value.members) {
    const given = await account.setRights(mailbox.id, address, { mode: 'replace', rights: rights ?? '' })
    if (given.is === 'refused') return errorOf(given.why)
  }
  return undefined
}

/** `MailboxShare/set`: a share is made in the person's own account, its members are changed in the shared one. It goes by Mailbox/set. */
export const mailboxShareSet: Method = {
  name: 'MailboxShare/set',
  capability: capabilities.webmail,
  async run(args, { account, limits, createdIds }) {
    const { accountId, ifInState, create, update, destroy } = setArguments(args, limits)
    const { own } = await account.refresh()
    requireState(ifInState, stateText(own.seq))
    const outcome = setOutcome()
    for (const [creation, wanted] of create) {
      const made = await createOne(wanted, account)
      if (isError(made)) outcome.notCreated.set(creation, made)
      else {
        outcome.created.set(creation, made)
        createdIds.set(creation, String(made['id']))
      }
    }
    for (const [id, patch] of update) {
      const failed = await updateOne(id, patch, account)
      if (failed === undefined) outcome.updated.set(id, null)
      else outcome.notUpdated.set(id, failed)
    }
    for (const id of destroy) outcome.notDestroyed.set(id, setError('forbidden', 'Mailbox/set removes a shared mailbox'))
    return answer(setAnswer(accountId, stateText(own.seq), stateText(account.state().own.seq), outcome))
  },
}
