/** One setting of an ISP or a brand; null takes the decision back. Intakes follow within twenty seconds. */
import { textOf } from '@bulkhead/door/ask.ts'
import { answered, refused } from '@bulkhead/door/verbs.ts'
import { isSettingKey, valueMistake } from '@bulkhead/mail/filtering/settings.ts'
import { scopeOf } from '../ask.ts'
import type { DeskVerb } from '../desk.ts'

const textLengthMax = 1_024

export const filterSetting: DeskVerb<'filterSetting'> = async ({ directory }, ask, caller) => {
  const scope = scopeOf(ask)
  if (scope === undefined) return refused('badName')
  const key = textOf(ask, 'key', textLengthMax)
  const value = ask['value'] === null ? null : textOf(ask, 'value', textLengthMax)
  if (!isSettingKey(key)) return refused('badSetting')
  if (value !== null && valueMistake(key, value) !== undefined) return refused('badSetting')
  if ((await directory.setFilterSetting(scope, key, value, caller)) === 'noSuchBrand') return refused('noSuchBrand')
  return { ...answered({}), why: `${scope === '' ? 'isp' : scope} ${key}` }
}
