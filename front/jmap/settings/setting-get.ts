import { isObjectId } from '@bulkhead/mail/journal/objects.ts'
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { getAnswer, getArguments } from '@bulkhead/wire/jmap/get.ts'
import { answer, type Method } from '../method.ts'
import { jsonOf, objectState } from '../objects/object-types.ts'

/** `Setting/get`: whole objects; a subject that nobody set anything of is empty. */
export const settingGet: Method = {
  name: 'Setting/get',
  capability: capabilities.webmail,
  async run(args, { account, limits }) {
    const asked = getArguments(args, limits, { properties: ['id'] })
    const settings = account.state().own.objects('setting')
    const ids = asked.ids ?? [...settings.all()].map(({ id }) => id)
    const list = ids.filter(isObjectId).map((id) => {
      const stored = settings.get(id)
      return { id, ...(stored === undefined ? {} : jsonOf(stored)) }
    })
    return answer(getAnswer(asked.accountId, objectState(account), list, ids.filter((id) => !isObjectId(id))))
  },
}
