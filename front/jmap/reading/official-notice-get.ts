/**
 * OfficialNotice/get: which Emails came as notices of the provider, so that a list can mark them: `ids` of Emails, or null for all there
 * are. An object is its id alone. Who opens one has its bytes compared besides (`MessageView/get`).
 */
import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import { emailId } from '@bulkhead/mail/email/ids.ts'
import type { MessageId } from '@bulkhead/base/ids.ts'
import type { StoredObject } from '@bulkhead/mail/journal/objects.ts'
import type { NoticeVerifier } from '@bulkhead/mail/reading/official.ts'
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { getAnswer, getArguments } from '@bulkhead/wire/jmap/get.ts'
import { answer, type Method } from '../method.ts'
import { objectState } from '../objects/object-types.ts'

/** An object of the journal does not change. */
const looked = new WeakMap<StoredObject, boolean>()

const isSigned = (noticeOf: NoticeVerifier, { account }: MailAccount, stored: StoredObject): boolean => {
  const known = looked.get(stored)
  if (known !== undefined) return known
  const signed = noticeOf(account, stored.value) !== undefined
  looked.set(stored, signed)
  return signed
}

export const officialNoticeGet: Method = {
  name: 'OfficialNotice/get',
  capability: capabilities.webmail,
  async run(args, { account, limits, services: { reading } }) {
    const asked = getArguments(args, limits, { properties: ['id'] })
    const notices = (await account.refresh()).own.objects('notice')
    const signed = [...notices.all()].filter((stored) => isSigned(reading.noticeOf, account, stored))
    const found = new Set(signed.map(({ id }) => emailId(id as MessageId)))
    const ids = asked.ids ?? [...found]
    return answer(getAnswer(asked.accountId, objectState(account), ids.filter((id) => found.has(id)).map((id) => ({ id })), ids.filter((id) => !found.has(id))))
  },
}
