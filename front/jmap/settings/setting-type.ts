/**
 * Settings of the webmail: an object per subject (`display`, `compose`, …), whose properties are the page's own. The server keeps them and
 * understands none, so a page may keep what it likes; how much is limited.
 */
import { setError } from '@bulkhead/wire/jmap/errors.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { isObjectId } from '@bulkhead/mail/journal/objects.ts'
import type { ObjectType, Wish } from '../objects/object-types.ts'

const settingBytesMax = 65_536

const kept = (value: JsonObject): Wish => {
  const some = Object.fromEntries(Object.entries(value).filter(([, one]) => one !== null))
  if (Buffer.byteLength(JSON.stringify(some)) > settingBytesMax) return { is: 'error', error: setError('tooLarge') }
  return { is: 'value', value: some, told: null }
}

/** A subject need not be made: it is there, empty, and updating it is enough. */
export const settingType: ObjectType = {
  kind: 'setting',
  letter: 'S',
  create: () => ({ is: 'error', error: setError('singleton', 'settings are there: update them') }),
  update: (_now, wanted) => kept(wanted),
  implied: (id) => (isObjectId(id) ? {} : undefined),
}
